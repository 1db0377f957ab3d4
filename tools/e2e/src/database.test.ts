import { doorTo, type Door } from '@chasqui/testbed';
import { whenKafka, whenPostgres } from '@chasqui/testbed/when';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { FakeSlack } from '../../../services/adapter-slack/test/fake-slack.js';
import type { Service } from './service.fixture.js';
import { openServices, showLogsOfFailures, type Services } from './services.fixture.js';
import { slackRoom } from './slack-room.fixture.js';
import { until } from './until.fixture.js';

whenPostgres('a database that goes away', (serverUrl) =>
  whenKafka('under services that have Kafka', (brokers) => {
    let door: Door;
    let slack: FakeSlack;
    let room: ReturnType<typeof slackRoom>;
    let services: Services;
    let api: Service;
    let relay: Service;
    showLogsOfFailures(() => services);
    beforeAll(async () => {
      door = await doorTo(serverUrl);
      slack = await FakeSlack.open();
      room = slackRoom(slack);
      services = await openServices(brokers, door.url);
      api = await services.startApi();
      relay = services.startRelay('fra-1', 'dc=fra');
      await services.startSlack(slack.apiUrl).says('listening to Slack');
      await services.online('fra-1');
      await services.chasqui('user', 'map', 'admin', 'slack', 'U1', '--workspace', 'T1');
    });
    afterAll(async () => {
      await services?.[Symbol.asyncDispose]();
      await door?.shut();
      await slack?.close();
    });

    it('is waited for by those who speak in a chat, and they are told', async () => {
      await room.answer(room.says('U1', 'echo:echo before').ts, 'before');
      await door.shut();
      const { ts } = room.says('U1', 'echo:echo hello');
      const { text } = await room.answer(ts, 'waiting: the database cannot be reached');
      expect((await services.chasqui('run', 'echo:echo hello')).err).toContain('database');
      await door.open();
      await room.answer(ts, 'hello');
      const { runs } = await services.told('runs', '--limit', '1');
      expect(runs[0]).toMatchObject({ line: 'echo:echo hello', status: 'succeeded' });
      expect(text).toContain(`run ${runs[0].id}`);
    });

    it('is waited for by what relays report', async () => {
      const { ts } = room.says('U1', 'ops:wait 2');
      const id = await services.running('ops:wait 2');
      await door.shut();
      await relay.says(new RegExp(`${id}.*an execution finished`));
      // Longer than a message is tried that fails by a fault of its own.
      await until(() => /"topic":"relay.reports".*"delivery":8,.*waits for an outage/.test(api.log()));
      await door.open();
      await room.answer(ts, 'done');
      expect(await services.told('runs', 'show', id)).toMatchObject({ status: 'succeeded' });
      expect(api.log()).not.toContain('a message was parked');
      // That nothing was written of the relay meanwhile is not the relay's silence.
      expect(api.log()).not.toContain('run lost');
    });
  }),
);
