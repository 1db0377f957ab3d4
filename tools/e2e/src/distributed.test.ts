import { topics } from '@chasqui/contracts';
import { makeRelayToken } from '@chasqui/sealing';
import { whenKafka, whenPostgres } from '@chasqui/testbed/when';
import { connectKafka, topicName } from '@chasqui/transport';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { installLongBundle } from './long-bundle.fixture.js';
import type { Service } from './service.fixture.js';
import { openServices, showLogsOfFailures, type Services } from './services.fixture.js';
import { until } from './until.fixture.js';

const silent = { info: () => undefined, warn: () => undefined, error: () => undefined };

whenKafka('the services over Kafka', (brokers) =>
  whenPostgres('and PostgreSQL', (serverUrl) => {
    let services: Services;
    let api: Service;
    let fra: Service;
    showLogsOfFailures(() => services);
    beforeAll(async () => {
      services = await openServices(brokers, serverUrl);
      api = await services.startApi();
      fra = services.startRelay('fra-1', 'dc=fra');
      services.startRelay('ams-1', 'dc=ams');
      await services.online('fra-1', 'ams-1');
    });
    afterAll(() => services?.[Symbol.asyncDispose]());

    it.each([
      ['dc=fra', 'fra-1'],
      ['dc=ams', 'ams-1'],
    ])('sends net:where --on %s to %s and to no other', async (selector, relay) => {
      for (let times = 0; times < 3; times++) {
        expect(await services.chasqui('run', `net:where --on ${selector}`)).toEqual({
          code: 0,
          out: `${relay}\n`,
          err: '',
        });
      }
    });

    it('runs the stages of a pipeline each on its own relay', async () => {
      const line = 'net:where --on dc=ams | echo:echo it was on $text --on dc=fra';
      expect(await services.chasqui('run', line)).toEqual({ code: 0, out: 'it was on ams-1\n', err: '' });
      const [run] = (await services.told('runs')).runs;
      expect(run.executions.map((one: { relay: string }) => one.relay)).toEqual(['ams-1', 'fra-1']);
    });

    it('says why, and exits with what scripts can tell apart', async () => {
      expect(await services.chasqui('run', 'net:where --on dc=lon')).toMatchObject({
        code: 69,
        err: expect.stringContaining('no relay has dc=lon'),
      });
      expect(await services.chasqui('run', 'nope')).toMatchObject({
        code: 77,
        err: expect.stringContaining('there is no command'),
      });
      expect(await services.chasqui('run', 'ops:wait 1')).toMatchObject({ code: 0, err: '' });
      expect((await services.chasqui('run', 'help')).out).toContain('echo:echo');
    });

    it('writes the run id into every log line about a run, in each service', async () => {
      const { out } = await services.chasqui('run', '--json', 'echo:echo traced --on dc=fra');
      const { id } = JSON.parse(out);
      for (const service of [api, fra]) {
        const lines = service
          .log()
          .split('\n')
          .filter((line) => line.includes(id));
        expect(lines.length).toBeGreaterThan(0);
        for (const line of lines) expect(JSON.parse(line)).toMatchObject({ runId: id });
      }
    });

    it('parks garbage on every topic, and goes on', async () => {
      const transport = await connectKafka({ brokers, prefix: services.prefix, log: silent });
      const params = { relay: 'fra-1', adapter: 'slack' };
      const names = Object.values(topics).map((topic) => topicName(topic, params));
      for (const topic of names.filter((name) => name !== 'chat.replies.slack')) {
        await transport.publish(
          { topic, key: 'k', headers: {}, value: 'garbage' },
          { topic, key: 'k', headers: {}, value: '"a.b.c.d.e"' },
        );
      }
      const letters: string[] = [];
      await transport.subscribe(
        { topic: topics.deadLetters, group: 'e2e' },
        async (_, letter) => void letters.push(letter.topic),
      );
      await until(() =>
        ['chat.messages', 'relay.fra-1.orders', 'relay.reports'].every(
          (name) => letters.filter((one) => one === name).length === 2,
        ),
      );
      await transport.close();
      expect((await services.chasqui('run', 'net:where --on dc=fra')).out).toBe('fra-1\n');
    });

    it('tells apart a relay with a wrong token', async () => {
      const stranger = services.startRelay('fra-1', 'dc=fra', {
        CHASQUI_RELAY_TOKEN: makeRelayToken('ams-1'),
        CHASQUI_RELAY_STATE: `${services.folder}/stranger`,
      });
      await until(async () => {
        const { relays } = await services.told('relay', 'list');
        return relays.find((relay: { name: string }) => relay.name === 'ams-1').rejectedAt;
      });
      await stranger.kill('SIGKILL');
    });

    it('calls a run lost whose relay was killed, and tells the truth when the relay is back', async () => {
      await installLongBundle(services);
      const waiting = services.chasqui('run', 'long:watch --on dc=fra');
      const id = await services.running('long:watch --on dc=fra');
      await fra.kill('SIGKILL');
      expect(await waiting).toMatchObject({ code: 75 });
      expect(await services.told('runs', 'show', id)).toMatchObject({
        status: 'lost',
        reply: { text: expect.stringContaining('fra-1 has not been heard since') },
      });

      fra = services.startRelay('fra-1', 'dc=fra');
      await services.online('fra-1');
      // What it runs has outlived it. The new process has taken it up, and sees it end.
      services.endCommands();
      const after = await until(async () => {
        const run = await services.told('runs', 'show', id);
        return !['lost', 'running'].includes(run.status) && run;
      });
      expect(after).toMatchObject({ status: 'failed', code: 'outcome-unknown' });
    });

    it('loses nothing when the API is killed between a command and its end', async () => {
      const waiting = services.chasqui('run', 'ops:wait 2 --on dc=ams');
      const id = await services.running('ops:wait 2 --on dc=ams');
      await api.kill('SIGKILL');
      await waiting;
      api = await services.startApi();
      await until(async () => (await services.told('runs', 'show', id)).status === 'succeeded');
    });

    it('goes on with a pipeline although the API was killed between its stages', async () => {
      const line = 'ops:wait 2 --on dc=ams | count | echo:echo stages $count --on dc=fra';
      const waiting = services.chasqui('run', line);
      const id = await services.running(line);
      await api.kill('SIGKILL');
      await waiting;
      api = await services.startApi();
      const ended = await until(async () => {
        const run = await services.told('runs', 'show', id);
        return !['accepted', 'running'].includes(run.status) && run;
      });
      expect(ended).toMatchObject({ status: 'succeeded', executions: [{ stage: 0 }, { stage: 2 }] });
      expect(ended.reply.text).toMatch(/^stages \d+$/);
    });

    it('stops cleanly when told to', async () => {
      expect(await fra.stop()).toBe(0);
      expect(await api.stop()).toBe(0);
    });
  }),
);
