import { writeFileSync } from 'node:fs';
import { credentialOf, takeReplies } from '@chasqui/chat';
import {
  keysOf,
  makeAdapterToken,
  makeRelayToken,
  readAdapterToken,
  readRelayToken,
  seal,
} from '@chasqui/sealing';
import { startKafka, type KafkaBroker } from '@chasqui/testbed';
import { whenOwnKafka, whenPostgres } from '@chasqui/testbed/when';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { FakeSlack } from '../../../services/adapter-slack/test/fake-slack.js';
import { brokerAdministrator, type BrokerAdministrator } from './broker-administrator.fixture.js';
import type { Service } from './service.fixture.js';
import { openServices, showLogsOfFailures, type Services } from './services.fixture.js';
import { slackRoom } from './slack-room.fixture.js';
import { until } from './until.fixture.js';

/** What nobody may find on the broker. */
const said = 'HUNTER2-IN-THE-LINE';
const kept = 'HUNTER3-IN-THE-CONFIGURATION';

whenOwnKafka('the broker’s administrator', () =>
  whenPostgres('who reads and writes every topic', (serverUrl) => {
    let kafka: KafkaBroker;
    let slack: FakeSlack;
    let room: ReturnType<typeof slackRoom>;
    let services: Services;
    let api: Service;
    let fra: Service;
    let ams: Service;
    let adapter: Service;
    let mallory: BrokerAdministrator;
    let teamsToken: string;
    /** A run that is over, as it went through the broker. */
    let runId: string;
    showLogsOfFailures(() => services);
    beforeAll(async () => {
      kafka = await startKafka();
      slack = await FakeSlack.open();
      room = slackRoom(slack);
      services = await openServices([kafka.brokers], serverUrl);
      api = await services.startApi();
      fra = services.startRelay('fra-1', 'dc=fra');
      ams = services.startRelay('ams-1', 'dc=ams');
      adapter = services.startSlack(slack.apiUrl);
      await adapter.says('listening to Slack');
      await services.online('fra-1', 'ams-1');
      const mapped = await services.chasqui('user', 'map', 'admin', 'slack', 'U1', '--workspace', 'T1');
      const file = `${services.folder}/greeting`;
      writeFileSync(file, kept);
      const set = await services.chasqui(
        'config',
        'set',
        'echo',
        'GREETING',
        '--secret',
        '--from-file',
        file,
      );
      expect([mapped.err, set.err]).toEqual(['', '']);
      teamsToken = (await services.chasqui('adapter', 'create', 'teams')).out.trim();
      mallory = await brokerAdministrator(kafka, services.prefix, {
        relays: ['fra-1', 'ams-1'],
        adapters: ['slack', 'teams'],
      });
      const { ts } = room.says('U1', `echo:echo ${said} --on dc=fra`);
      await room.answer(ts, said);
      runId = (await services.told('runs', '--limit', '1')).runs[0].id;
    });
    afterAll(async () => {
      await mallory?.close();
      await services?.[Symbol.asyncDispose]();
      await slack?.close();
      await kafka?.stop();
    });

    const runs = async () =>
      (await services.told('runs', '--limit', '500')).runs as { id: string; status: string }[];
    const show = () => services.told('runs', 'show', runId);
    const metric = async (name: string) => {
      const text = await (await fetch(`${services.url}/metrics`)).text();
      return text
        .split('\n')
        .filter((line) => line.startsWith(name))
        .join('\n');
    };

    it('reads no line, no output, no name, no room and no secret: not in any byte of any topic', async () => {
      await mallory.lastOf('relay.reports', runId);
      const secrets = [
        readRelayToken(services.tokens['fra-1']!)!.secret.toString('base64url'),
        readAdapterToken(services.adapterToken)!.secret.toString('base64url'),
      ];
      const told = [said, kept, 'echo:echo', 'admin@localhost', '"id":"C1"', '"id":"U1"'];
      expect(mallory.onDisk([...told, ...secrets])).toEqual([]);
      // What does stand there in clear, and is listed in the guide: run ids and relays' names, as headers and topics.
      expect(mallory.onDisk([runId])).toEqual([runId]);
      const reported = await mallory.lastOf('relay.reports', runId);
      expect(reported.headers).toMatchObject({ relay: 'fra-1' });
      const { key, headers } = await mallory.lastOf('chat.replies.slack', runId);
      expect(key).toMatch(/^[A-Za-z0-9_-]{22}$/);
      expect(Object.keys(headers).filter((name) => !name.startsWith('trace'))).toEqual(['run-id']);
    });

    it.each(['relay.fra-1.orders', 'relay.reports', 'chat.messages', 'chat.replies.slack'])(
      'changes one bit of what stood on %s, and it opens for nobody',
      async (topic) => {
        const before = await runs();
        const message = await mallory.lastOf(topic, topic === 'chat.messages' ? undefined : runId);
        for (const value of mallory.bent(message)) {
          const key = await mallory.write(topic, value);
          expect((await mallory.parked(key)).reason).toMatch(/unsealed|malformed/);
        }
        expect(await runs()).toEqual(before);
      },
    );

    it('brings an order again, and it is not started again', async () => {
      const { value, headers } = await mallory.lastOf('relay.fra-1.orders', runId);
      await mallory.write('relay.fra-1.orders', JSON.parse(value), { headers });
      await fra.says('an order came again and was not started again');
      expect(fra.log().split('"msg":"an execution started"').length).toBeLessThanOrEqual(2);
    });

    it('brings reports again, under other keys, and nothing changes', async () => {
      const before = await show();
      for (const { value, headers } of mallory.seen.filter(
        (one) => one.topic === 'relay.reports' && one.headers['run-id'] === runId,
      ))
        await mallory.write('relay.reports', JSON.parse(value), { headers });
      await api.says('report changed nothing: the execution was settled before');
      expect(await show()).toEqual(before);
    });

    it('brings a chat message again, and it is no second run', async () => {
      const before = (await runs()).length;
      const { value } = await mallory.lastOf('chat.messages');
      await mallory.write('chat.messages', JSON.parse(value));
      await api.says('chat message heard before; nothing done');
      expect(await runs()).toHaveLength(before);
    });

    it('brings a reply again, and the chat shows it once', async () => {
      const shown = slack.posted.length;
      const { value } = await mallory.lastOf('chat.replies.slack', runId);
      await mallory.write('chat.replies.slack', JSON.parse(value));
      await adapter.says('a reply came again, or after a later one, and was not shown');
      expect(slack.posted).toHaveLength(shown);
    });

    it('brings an order to another relay, which cannot open it', async () => {
      const { value } = await mallory.lastOf('relay.fra-1.orders', runId);
      const key = await mallory.write('relay.ams-1.orders', JSON.parse(value));
      expect(await mallory.parked(key)).toMatchObject({ reason: 'unsealed' });
      await ams.says('a message on the order topic is no order of ours, and was parked');
    });

    it('brings a reply to another adapter, which cannot open it', async () => {
      const shown: unknown[] = [];
      const take = takeReplies(await credentialOf(teamsToken), async (reply) => void shown.push(reply));
      const { value } = await mallory.lastOf('chat.replies.slack', runId);
      await expect(take(JSON.parse(value))).rejects.toThrow('it was not sealed for teams');
      expect(shown).toEqual([]);
    });

    it('is in league with another adapter, and cannot speak in this one’s name', async () => {
      const { messages } = (await credentialOf(teamsToken)).keys;
      const forged = {
        id: 'x',
        adapter: 'slack',
        workspace: 'T1',
        room: { id: 'C1', direct: false },
        sender: { id: 'U1' },
      };
      const message = { ...forged, addressed: 'prefix', text: `echo:echo ${said}`, saidAt: Date.now() };
      const before = (await runs()).length;
      for (const [name, why] of [
        ['teams', 'not-its-name'],
        ['slack', 'wrong-token'],
      ] as const) {
        const key = await mallory.write('chat.messages', seal(message, name, 'from-adapter', messages));
        expect(await mallory.parked(key)).toMatchObject({ reason: 'unsealed', detail: why });
        expect(await metric('chasqui_chat_messages_rejected_total')).toContain(`why="${why}"`);
      }
      expect(await runs()).toHaveLength(before);
    });

    it('is in league with another relay, and cannot report on this one’s execution', async () => {
      const waiting = services.chasqui('run', 'ops:wait 2 --on dc=fra');
      const id = await services.running('ops:wait 2 --on dc=fra');
      const { executions } = await services.told('runs', 'show', id);
      const report = {
        kind: 'finished',
        runId: id,
        executionId: executions[0].id,
        attempt: 1,
        at: Date.now(),
        epoch: 0,
      };
      const end = {
        outcome: { kind: 'exited', exitCode: 1 },
        chunks: [],
        outputBytes: 0,
        droppedBytes: 0,
        durationMs: 1,
      };
      const { reports } = await keysOf('ams-1', readRelayToken(services.tokens['ams-1']!)!.secret);
      const sealed = seal({ ...report, ...end, relay: 'ams-1' }, 'ams-1', 'from-relay', reports);
      await mallory.write('relay.reports', sealed);
      await api.says(/"why":"not-its-execution".*report rejected/);
      const inItsName = seal({ ...report, ...end, relay: 'fra-1' }, 'fra-1', 'from-relay', reports);
      const key = await mallory.write('relay.reports', inItsName);
      expect(await mallory.parked(key)).toMatchObject({ detail: 'wrong-token' });
      expect(await waiting).toMatchObject({ code: 0 });
      expect(await services.told('runs', 'show', id)).toMatchObject({ status: 'succeeded' });
    });

    it('makes up orders, reports, heartbeats, messages and replies, and nobody takes them', async () => {
      const before = await runs();
      const relay = await keysOf('fra-1', readRelayToken(makeRelayToken('fra-1'))!.secret);
      const chat = (await credentialOf(makeAdapterToken('slack'))).keys;
      const thing = { kind: 'order', relay: 'fra-1', adapter: 'slack' };
      const forged: [topic: string, value: unknown][] = [
        ['relay.fra-1.orders', thing],
        ['relay.fra-1.orders', seal(thing, 'fra-1', 'to-relay', relay.orders)],
        ['relay.reports', thing],
        ['relay.reports', seal(thing, 'fra-1', 'from-relay', relay.reports)],
        ['relay.reports', seal(thing, 'nobody', 'from-relay', relay.reports)],
        ['chat.messages', thing],
        ['chat.messages', seal(thing, 'slack', 'from-adapter', chat.messages)],
        ['chat.messages', seal(thing, 'terminal', 'from-adapter', chat.messages)],
        ['chat.messages', seal(thing, 'http', 'from-adapter', chat.messages)],
        ['chat.replies.slack', thing],
        ['chat.replies.slack', seal(thing, 'slack', 'to-adapter', chat.replies)],
      ];
      for (const [topic, value] of forged) {
        const key = await mallory.write(topic, value);
        expect([topic, (await mallory.parked(key)).reason]).toEqual([
          topic,
          expect.stringMatching(/unsealed|malformed/),
        ]);
      }
      await mallory.write('relay.heartbeats', seal(thing, 'fra-1', 'from-relay', relay.reports));
      await api.says('a relay calls with a token that is not its own');
      expect(await metric('chasqui_heartbeats_rejected_total')).toContain('why="wrong-token"');
      await adapter.says('a message on the reply topic is no reply of the API to us, and was parked');
      expect(await runs()).toEqual(before);
    });

    it('brings a dead relay’s heartbeats and reports again, and it stays dead: its run is lost, and that is told', async () => {
      const { ts } = room.says('U1', 'ops:wait 60 --on dc=fra');
      const id = await services.running('ops:wait 60 --on dc=fra');
      await fra.kill('SIGKILL');
      const beats = mallory.seen.filter(({ topic }) => topic === 'relay.heartbeats').slice(-12);
      const reports = mallory.seen.filter(
        ({ topic, headers }) => topic === 'relay.reports' && headers['run-id'] === id,
      );
      expect([beats.length, reports.length].every((count) => count > 0)).toBe(true);
      const again = async () => {
        for (const { value, headers } of [...beats, ...reports])
          await mallory.write(
            beats.some((one) => one.value === value) ? 'relay.heartbeats' : 'relay.reports',
            JSON.parse(value),
            { headers },
          );
      };
      await until(async () => {
        await again();
        return (await services.told('runs', 'show', id)).status === 'lost';
      });
      await again();
      await room.answer(ts, 'fra-1 has not been heard since');
      await api.says('a heartbeat came again, after a later one: it does not count');
      expect(await services.told('relay', 'show', 'fra-1')).toMatchObject({ state: 'offline' });
      expect(await services.told('runs', 'show', id)).toMatchObject({ status: 'lost' });
    });

    it('has changed nothing of what really happened', async () => {
      expect(await show()).toMatchObject({ status: 'succeeded', reply: { text: said } });
      const { ts } = room.says('U1', 'net:where --on dc=ams');
      await room.answer(ts, 'ams-1');
    });
  }),
);
