import { whenKafka, whenPostgres } from '@chasqui/testbed/when';
import { afterEach, describe, expect, it } from 'vitest';
import { FakeSlack } from '../../../services/adapter-slack/test/fake-slack.js';
import { startService, type Service } from './service.fixture.js';
import { freePort, openServices, programs } from './services.fixture.js';

const started: Service[] = [];
const start = (program: string, env: Record<string, string> = {}) => {
  const service = startService(program, env);
  started.push(service);
  return service;
};
afterEach(async () => {
  await Promise.all(started.splice(0).map((service) => service.kill('SIGKILL')));
});

/** The settings that it complains of, once it has ended as one does who is set up wrongly (sysexits.h, EX_CONFIG). */
async function complaints(service: Service): Promise<string[]> {
  expect(await service.ended).toBe(78);
  expect(service.log()).not.toMatch(/^ +at /m);
  return [...service.err().matchAll(/^ {2}- (\w+): \S/gm)].map((match) => match[1]!);
}

const wrong = { KAFKA_BROKERS: 'nowhere', KAFKA_TLS: 'perhaps', LOG_LEVEL: 'loud' };
const misconfigured: { name: keyof typeof programs; needs: string[]; wrong: Record<string, string> }[] = [
  {
    name: 'api',
    needs: ['DATABASE_URL', 'KAFKA_BROKERS', 'CHASQUI_SECRET_KEY'],
    wrong: {
      CHASQUI_SECRET_KEY: 'short',
      CHASQUI_BOOTSTRAP_TOKEN: 'short',
      CHASQUI_ENROL_RELAYS: 'no-token dc=fra',
      CHASQUI_HTTP_PORT: '99999',
      CHASQUI_START_WITHIN: 'soon',
      DATABASE_URL_FILE: '/there/is/no/such/file',
    },
  },
  {
    name: 'relay',
    needs: ['CHASQUI_RELAY_TOKEN', 'KAFKA_BROKERS'],
    wrong: {
      CHASQUI_RELAY_TOKEN: 'no-token',
      CHASQUI_RELAY_SLOTS: '0',
      CHASQUI_RELAY_TAGS: 'a b',
      CHASQUI_RELAY_POLICY: '/there/is/no/such/file',
      CHASQUI_RELAY_DRIVERS: 'magic',
    },
  },
  {
    name: 'slack',
    needs: ['SLACK_BOT_TOKEN', 'SLACK_APP_TOKEN', 'CHASQUI_ADAPTER_TOKEN', 'KAFKA_BROKERS'],
    wrong: { SLACK_BOT_TOKEN: 'x', SLACK_APP_TOKEN: 'x', CHASQUI_ADAPTER_TOKEN: 'x', CHASQUI_PREFIX: 'abc' },
  },
];

describe.each(misconfigured)('the $name that is set up wrongly', ({ name, needs, wrong: own }) => {
  it('lists everything that is missing at once', async () => {
    expect((await complaints(start(programs[name]))).toSorted()).toEqual([...needs].toSorted());
  });

  it('lists everything that is wrong at once', async () => {
    const names = Object.keys({ ...wrong, ...own }).map((setting) => setting.replace(/_FILE$/, ''));
    expect((await complaints(start(programs[name], { ...wrong, ...own }))).toSorted()).toEqual(
      names.toSorted(),
    );
  });
});

whenKafka('a service that cannot start', (brokers) =>
  whenPostgres('as it is', (serverUrl) => {
    it('says that the database does not take its password', async () => {
      const url = new URL(serverUrl);
      url.password = 'wrong';
      await using services = await openServices(brokers, serverUrl);
      const api = services.beginApi({ DATABASE_URL: url.href });
      expect(await complaints(api)).toEqual(['DATABASE_URL']);
      expect(api.err()).toContain('the database refuses: password authentication failed');
    });

    it('says that Slack does not take its token', async () => {
      const slack = await FakeSlack.open();
      await using services = await openServices(brokers, serverUrl);
      slack.failNext('auth.test', 200, { ok: false, error: 'invalid_auth' });
      const adapter = services.startSlack(slack.apiUrl);
      await complaints(adapter);
      expect(adapter.err()).toContain('Slack does not take SLACK_BOT_TOKEN: invalid_auth');
      await slack.close();
    });

    it('tells the bootstrap token, even where its port is taken', async () => {
      await using services = await openServices(brokers, serverUrl);
      await using others = await openServices(brokers, serverUrl);
      await others.startApi();
      const { port } = new URL(others.url);
      const first = services.beginApi({ CHASQUI_BOOTSTRAP_TOKEN: '', CHASQUI_HTTP_PORT: port });
      const more = [
        services.startRelay('fra-1', 'dc=fra', { CHASQUI_HEALTH_PORT: port }),
        services.startSlack('http://127.0.0.1:9/api/', { CHASQUI_HTTP_PORT: port }),
      ];
      for (const service of [first, ...more]) {
        expect(await service.ended).toBe(1);
        expect(service.err()).toContain(`address already in use 127.0.0.1:${port}`);
        expect(service.log()).not.toMatch(/^ +at /m);
      }
      expect(first.err()).toMatch(/"chasqui bootstrap" makes the first administrator:\n\n {4}chq_\S{43}\n/);
    });
  }),
);

whenKafka('a service that is told to stop while it waits', (brokers) =>
  whenPostgres('for what is away', (serverUrl) => {
    it('ends soon, without a word of complaint', async () => {
      const broker = `127.0.0.1:${await freePort()}`;
      await using services = await openServices([broker], serverUrl);
      const database = `postgres://nobody@127.0.0.1:${await freePort()}/nothing`;
      const waiting = [
        services.beginApi(),
        services.startRelay('fra-1', 'dc=fra'),
        services.startSlack('http://127.0.0.1:9/api/'),
      ];
      const forSlack = services.startSlack('http://127.0.0.1:9/api/', { KAFKA_BROKERS: brokers.join() });
      const forDatabase = services.beginApi({ DATABASE_URL: database });
      await Promise.all(waiting.map((service) => service.says('the broker does not answer')));
      await forDatabase.says('the database does not answer');
      await forSlack.says('http request failed');
      for (const service of [...waiting, forDatabase, forSlack])
        expect([service.name, await service.stop(), service.err()]).toEqual([service.name, 0, '']);
    });
  }),
);
