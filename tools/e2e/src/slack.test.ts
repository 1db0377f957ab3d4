import { whenKafka, whenPostgres } from '@chasqui/testbed/when';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { FakeSlack } from '../../../services/adapter-slack/test/fake-slack.js';
import type { Service } from './service.fixture.js';
import { openServices, showLogsOfFailures, type Services } from './services.fixture.js';
import { slackRoom } from './slack-room.fixture.js';
import { until } from './until.fixture.js';

whenKafka('Slack, its adapter and the services over Kafka', (brokers) =>
  whenPostgres('and PostgreSQL', (serverUrl) => {
    let slack: FakeSlack;
    let room: ReturnType<typeof slackRoom>;
    let services: Services;
    let adapter: Service;
    showLogsOfFailures(() => services);
    beforeAll(async () => {
      slack = await FakeSlack.open();
      room = slackRoom(slack);
      services = await openServices(brokers, serverUrl);
      await services.startApi();
      services.startRelay('fra-1', 'dc=fra');
      services.startRelay('ams-1', 'dc=ams');
      adapter = services.startSlack(slack.apiUrl);
      await adapter.says('listening to Slack');
      await services.online('fra-1', 'ams-1');
    });
    afterAll(async () => {
      await services?.[Symbol.asyncDispose]();
      await slack?.close();
    });

    it('tells a stranger how to become known, and that is how it is done', async () => {
      const { ts } = room.says('U1', 'net:where');
      const { text } = await room.answer(ts, 'does not know');
      const advice = /chasqui (user map USERNAME .*)$/.exec(text)![1]!;
      expect(advice).toBe('user map USERNAME slack U1 --workspace T1');
      const known = await services.chasqui('user', 'create', 'ann', '--email', 'ann@example.com');
      const mapped = await services.chasqui(...advice.replace('USERNAME', 'ann').split(' '));
      expect([known.code, mapped.code]).toEqual([0, 0]);
    });

    it('runs the command on the relay that is named, and answers in the thread', async () => {
      for (const [selector, relay] of [
        ['dc=fra', 'fra-1'],
        ['dc=ams', 'ams-1'],
      ]) {
        const { ts } = room.says('U1', `net:where --on ${selector}`);
        expect(await room.answer(ts, relay!)).toMatchObject({ channel: 'C1', thread_ts: ts });
      }
      const { runs } = await services.told('runs', '--limit', '1');
      expect(runs[0]).toMatchObject({
        user: { username: 'ann' },
        adapter: 'slack',
        relay: 'ams-1',
        status: 'succeeded',
      });
    });

    it('says in the thread what is wrong with a line', async () => {
      await room.answer(room.says('U1', 'net:where --on dc=lon').ts, 'no relay has dc=lon');
      await room.answer(room.says('U1', 'net:wher').ts, 'net:where');
    });

    it('tells a code to nobody but who asked for it, who is known once it is confirmed', async () => {
      const { ts } = room.says('U2', 'register');
      await room.answer(ts, 'a code is on its way to you alone');
      const told = await until(() => slack.posted.find(({ channel }) => channel === 'U2'));
      const code = /chasqui register (\S+)/.exec(told.text)![1]!;
      expect(slack.posted.filter(({ text }) => text.includes(code))).toEqual([told]);

      await services.chasqui('user', 'create', 'ben', '--email', 'ben@example.com');
      const { token } = await services.told('user', 'token', 'ben', 'test');
      const confirmed = await fetch(`${services.url}/registrations/confirm`, {
        method: 'POST',
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        body: JSON.stringify({ code, adapter: 'slack', workspace: 'T1', id: 'U2' }),
      });
      expect(confirmed.status).toBe(200);
      await until(() => slack.posted.some(({ text }) => text.includes('you are the user ben now')));
      await room.answer(room.says('U2', 'net:where --on dc=fra').ts, 'fra-1');
    });

    it('runs once what Slack tells twice, even to an adapter that has just started', async () => {
      const { ts, again } = room.says('U1', 'echo:echo only once');
      await room.answer(ts, 'only once');
      again();
      expect(await adapter.stop()).toBe(0);
      adapter = services.startSlack(slack.apiUrl);
      await adapter.says('listening to Slack');
      again();
      await room.answer(room.says('U1', 'net:where --on dc=fra').ts, 'fra-1');
      const { runs } = await services.told('runs', '--limit', '50');
      const lines = runs.map((run: { line: string }) => run.line);
      expect(lines.filter((line: string) => line === 'echo:echo only once')).toHaveLength(1);
      expect(slack.posted.filter(({ thread_ts }) => thread_ts === ts)).toHaveLength(1);
    });
  }),
);
