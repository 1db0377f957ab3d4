import { afterAll, beforeAll, expect, it } from 'vitest';
import { FakeSlack } from '../../../services/adapter-slack/test/fake-slack.js';
import type { Service } from './service.fixture.js';
import { openServices, showLogsOfFailures, type Services } from './services.fixture.js';
import { slackRoom } from './slack-room.fixture.js';
import { installLongBundle } from './long-bundle.fixture.js';
import { until } from './until.fixture.js';

type Environment = Record<string, string>;

/** What carries messages between the services, and lets each do only what it needs. */
export interface GuardedBus {
  /** How all services find it. */
  readonly settings: Environment;
  /** How one signs in: `chasqui-relay-fra-1`. */
  signIn(who: string): Environment;
  kill(signal: 'SIGKILL'): Promise<void>;
  restart(): Promise<void>;
  stop(): Promise<void>;
}

/** All of our services do all of their work over a bus that lets each do no more than `chasqui acl` says. */
export function constellationContract(serverUrl: string, open: () => Promise<GuardedBus>): void {
  let bus: GuardedBus;
  let slack: FakeSlack;
  let services: Services;
  let api: Service;
  let fra: Service;
  showLogsOfFailures(() => services);
  const startRelay = (name: string, tag: string) =>
    services.startRelay(name, tag, bus.signIn(`chasqui-relay-${name}`));
  const over = (id: string) =>
    until(async () => {
      const run = await services.told('runs', 'show', id);
      return !['accepted', 'running', 'lost'].includes(run.status) && run;
    });

  beforeAll(async () => {
    bus = await open();
    slack = await FakeSlack.open();
    services = await openServices(bus.settings, serverUrl);
    // Before there is a topic that they may not make: they wait for the API.
    fra = startRelay('fra-1', 'dc=fra');
    startRelay('ams-1', 'dc=ams');
    await fra.says('waiting for topics');
    // A relay may have to wait out a request that the broker took with it before it is heard again.
    api = await services.startApi({ ...bus.signIn('chasqui-api'), CHASQUI_RELAY_OFFLINE_AFTER: '12s' });
    await services.online('fra-1', 'ams-1');
    await installLongBundle(services);
  }, 300_000);
  afterAll(async () => {
    await services?.[Symbol.asyncDispose]();
    await slack?.close();
    await bus?.stop();
  });

  it.each(['fra', 'ams'])('runs a command on the relay in %s', async (dc) => {
    const ran = await services.chasqui('run', `net:where --on dc=${dc}`);
    expect(ran).toEqual({ code: 0, out: `${dc}-1\n`, err: '' });
  });

  it('answers in Slack', async () => {
    const adapter = services.startSlack(slack.apiUrl, bus.signIn('chasqui-adapter-slack'));
    await adapter.says('listening to Slack');
    const room = slackRoom(slack);
    await services.chasqui('user', 'create', 'ann', '--email', 'ann@example.com');
    await services.chasqui('user', 'map', 'ann', 'slack', 'U1', '--workspace', 'T1');
    await room.answer(room.says('U1', 'net:where --on dc=ams').ts, 'ams-1');
    expect(await adapter.stop()).toBe(0);
  });

  it('cancels what runs', async () => {
    const waiting = services.chasqui('run', 'long:watch --on dc=fra');
    const id = await services.running('long:watch --on dc=fra');
    const cancelled = await services.chasqui('runs', 'cancel', id, '--wait');
    expect(cancelled).toMatchObject({ code: 0, out: expect.stringContaining('cancelled by admin') });
    await waiting;
  });

  it('calls a run lost whose relay was killed, and tells the truth when it is back', async () => {
    const waiting = services.chasqui('run', 'long:watch --on dc=fra');
    const id = await services.running('long:watch --on dc=fra');
    await fra.kill('SIGKILL');
    expect(await waiting).toMatchObject({ code: 75 });
    expect(await services.told('runs', 'show', id)).toMatchObject({ status: 'lost' });
    fra = startRelay('fra-1', 'dc=fra');
    await services.online('fra-1');
    services.endCommands();
    expect(await over(id)).toMatchObject({ status: 'failed', code: 'outcome-unknown' });
  });

  it('loses nothing that was accepted when the broker goes and comes back', async () => {
    const before = services.chasqui('run', 'ops:wait 2 --on dc=fra');
    const id = await services.running('ops:wait 2 --on dc=fra');
    await bus.kill('SIGKILL');
    await fra.says(new RegExp(`${id}.*an execution finished`));
    const meanwhile = services.chasqui('run', 'net:where --on dc=ams');
    await bus.restart();
    expect(await before).toMatchObject({ code: 0 });
    expect(await meanwhile).toEqual({ code: 0, out: 'ams-1\n', err: '' });
    expect(await over(id)).toMatchObject({ status: 'succeeded' });
  });

  it('stops cleanly when told to', async () => {
    expect([await fra.stop(), await api.stop()]).toEqual([0, 0]);
  });
}
