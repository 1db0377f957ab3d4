import { startKafka, type KafkaBroker } from '@chasqui/testbed';
import { whenOwnKafka, whenPostgres } from '@chasqui/testbed/when';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { FakeSlack } from '../../../services/adapter-slack/test/fake-slack.js';
import { faultsIn } from './openapi-faults.fixture.js';
import { freePort, openServices, showLogsOfFailures, type Services } from './services.fixture.js';
import { until } from './until.fixture.js';

whenOwnKafka('what an orchestrator asks', () =>
  whenPostgres('of each service', (serverUrl) => {
    let kafka: KafkaBroker;
    let slack: FakeSlack;
    let services: Services;
    /** Where each of them answers. */
    const at: Record<string, string> = {};
    showLogsOfFailures(() => services);
    beforeAll(async () => {
      kafka = await startKafka();
      slack = await FakeSlack.open();
      services = await openServices([kafka.brokers], serverUrl);
      const [relayPort, slackPort] = [String(await freePort()), String(await freePort())];
      await services.startApi();
      services.startRelay('fra-1', 'dc=fra', { CHASQUI_HEALTH_PORT: relayPort });
      await services.startSlack(slack.apiUrl, { CHASQUI_HTTP_PORT: slackPort }).says('listening to Slack');
      await services.online('fra-1');
      at['api'] = services.url;
      at['relay'] = `http://127.0.0.1:${relayPort}`;
      at['slack'] = `http://127.0.0.1:${slackPort}`;
    });
    afterAll(async () => {
      await services?.[Symbol.asyncDispose]();
      await slack?.close();
      await kafka?.stop();
    });

    const ready = async (name: string) => {
      const answer = await fetch(`${at[name]}/health/ready`);
      return { status: answer.status, ...((await answer.json()) as { checks: Record<string, string> }) };
    };
    const each = ['api', 'relay', 'slack'];

    it.each(each)('is answered by %s without a token', async (name) => {
      const live = await fetch(`${at[name]}/health/live`);
      expect([live.status, await live.json()]).toEqual([200, { live: true }]);
      const { status, checks } = await ready(name);
      expect([status, new Set(Object.values(checks))]).toEqual([200, new Set(['ok'])]);
      const metrics = await fetch(`${at[name]}/metrics`);
      expect(metrics.headers.get('content-type')).toMatch(/^application\/openmetrics-text/);
      const text = await metrics.text();
      expect(text).toMatch(/^process_resident_memory_bytes\S* \d/m);
      expect(text).toMatch(/\n# EOF\n$/);
    });

    it('counts what was done', async () => {
      expect((await services.chasqui('run', 'net:where')).code).toBe(0);
      const text = await (await fetch(`${at['relay']}/metrics`)).text();
      expect(text).toMatch(/^chasqui_relay_executions_finished_total\{.*outcome="exited".*\} 1/m);
    });

    it('is told that the broker is away, and when it is back', async () => {
      await kafka.kill('SIGKILL');
      for (const name of each) {
        const { checks } = await until(async () => {
          const now = await ready(name);
          return now.status === 503 && now;
        });
        expect(checks['broker']).toBe('the broker does not answer');
        expect((await fetch(`${at[name]}/health/live`)).status).toBe(200);
      }
      await kafka.restart();
      for (const name of each) await until(async () => (await ready(name)).status === 200);
    });

    it('can read what the API offers, in OpenAPI 3.1', async () => {
      const answer = await fetch(`${at['api']}/openapi.json`);
      expect(answer.status).toBe(200);
      const document = (await answer.json()) as Record<string, unknown>;
      expect(faultsIn(document)).toEqual([]);
      expect(document['paths']).toHaveProperty('/runs.post.responses.202');
    });
  }),
);
