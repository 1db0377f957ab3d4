import { startKafka, type KafkaBroker } from '@chasqui/testbed';
import { whenOwnKafka, whenPostgres } from '@chasqui/testbed/when';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { FakeSlack } from '../../../services/adapter-slack/test/fake-slack.js';
import type { Service } from './service.fixture.js';
import { openServices, showLogsOfFailures, type Services } from './services.fixture.js';
import { openTraceReceiver } from './trace-receiver.fixture.js';
import { until } from './until.fixture.js';

const away = 'the broker does not answer, trying until it does';

whenOwnKafka('a broker that goes away', () =>
  whenPostgres('under the services', (serverUrl) => {
    let kafka: KafkaBroker;
    let slack: FakeSlack;
    let receiver: Awaited<ReturnType<typeof openTraceReceiver>>;
    let services: Services;
    let all: Record<string, Service>;
    showLogsOfFailures(() => services);
    beforeAll(async () => {
      kafka = await startKafka();
      slack = await FakeSlack.open();
      receiver = await openTraceReceiver();
      services = await openServices([kafka.brokers], serverUrl, {
        OTEL_EXPORTER_OTLP_ENDPOINT: receiver.endpoint,
        OTEL_BSP_SCHEDULE_DELAY: '100',
      });
    });
    afterAll(async () => {
      await services?.[Symbol.asyncDispose]();
      await slack?.close();
      await receiver?.close();
      await kafka?.stop();
    });

    const complaints = (service: Service) => service.log().split(away).length - 1;

    it('is waited for at the start; each service says so once, and is ready when it is back', async () => {
      await kafka.kill('SIGKILL');
      all = {
        api: services.beginApi(),
        relay: services.startRelay('fra-1', 'dc=fra'),
        slack: services.startSlack(slack.apiUrl),
      };
      await Promise.all(Object.values(all).map((service) => service.says(away)));
      // It lives, and is not ready: whoever restarts what does not live must not restart this.
      const health = (which: string) =>
        fetch(`${services.url}/health/${which}`).then(
          ({ status }) => status,
          () => 0,
        );
      await until(async () => (await health('live')) === 200);
      expect(await health('ready')).toBe(503);
      await kafka.restart();
      await all['api']!.says('api ready');
      await all['slack']!.says('listening to Slack');
      await services.online('fra-1');
      expect(Object.values(all).map(complaints)).toEqual([1, 1, 1]);
      expect((await services.chasqui('run', 'net:where --on dc=fra')).out).toBe('fra-1\n');
    });

    it('loses nothing that was accepted, neither before it went nor while it was away', async () => {
      const before = services.chasqui('run', 'ops:wait 2 --on dc=fra');
      const id = await services.running('ops:wait 2 --on dc=fra');
      await kafka.kill('SIGKILL');
      const meanwhile = services.chasqui('run', 'net:where --on dc=fra');
      await all['relay']!.says(new RegExp(`${id}.*an execution finished`));
      // Longer than the API waits for a relay that is silent: it must not hold the broker's silence against it.
      await until(async () => (await services.told('relay', 'show', 'fra-1')).state === 'offline');
      await kafka.restart();
      expect(await before).toMatchObject({ code: 0 });
      expect(await meanwhile).toEqual({ code: 0, out: 'fra-1\n', err: '' });
      expect(await services.told('runs', 'show', id)).toMatchObject({ status: 'succeeded' });
      const { runs } = await services.told('runs', '--limit', '50');
      expect(new Set(runs.map((run: { status: string }) => run.status))).toEqual(new Set(['succeeded']));
      // Nor did anybody think so in between.
      expect(all['api']!.log()).not.toContain('"lost"');
    });

    it('loses no run whose API was killed before its order was out', async () => {
      // What it said while the broker was away says only that it lived then.
      await services.online('fra-1');
      await kafka.kill('SIGKILL');
      void services.chasqui('run', 'echo:echo still here');
      const id = await until(async () => {
        const { runs } = await services.told('runs', '--limit', '1');
        return runs[0].line === 'echo:echo still here' && (runs[0].id as string);
      });
      const { traceId } = await until(() =>
        receiver.spans.find((span) => span.name === 'command' && JSON.stringify(span).includes(id)),
      );
      await all['api']!.kill('SIGKILL');
      await kafka.restart();
      all['api'] = await services.startApi();
      const run = await until(async () => {
        const now = await services.told('runs', 'show', id);
        return now.finishedAt && now;
      });
      expect(run).toMatchObject({
        status: 'succeeded',
        reply: { text: expect.stringContaining('still here') },
      });
      // Whoever follows the trace need not know that two processes shared this.
      const names = ['process relay.fra-1.orders', 'execute', 'report finished'];
      for (const name of names)
        await until(() => receiver.spans.find((span) => span.name === name && span.traceId === traceId));
    });

    it('keeps nobody from stopping', async () => {
      const before = Object.values(all).map(complaints);
      await kafka.kill('SIGKILL');
      void services.chasqui('run', 'echo:echo later');
      await until(() => Object.values(all).every((service, at) => complaints(service) > before[at]!));
      expect(await Promise.all(Object.values(all).map((service) => service.stop()))).toEqual([0, 0, 0]);
    });
  }),
);
