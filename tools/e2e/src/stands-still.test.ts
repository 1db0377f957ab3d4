import { setTimeout as delay } from 'node:timers/promises';
import { whenKafka, whenPostgres } from '@chasqui/testbed/when';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Service } from './service.fixture.js';
import { openServices, showLogsOfFailures, type Services } from './services.fixture.js';
import { until } from './until.fixture.js';

whenKafka('an API that stands still', (brokers) =>
  whenPostgres('as on a machine that sleeps', (serverUrl) => {
    let services: Services;
    let api: Service;
    showLogsOfFailures(() => services);
    beforeAll(async () => {
      services = await openServices(brokers, serverUrl);
      api = await services.startApi();
      services.startRelay('fra-1', 'dc=fra');
      await services.online('fra-1');
    });
    afterAll(() => services?.[Symbol.asyncDispose]());

    it('does not take its own silence for that of relays', async () => {
      const id = (await services.chasqui('run', 'ops:wait 12', '--detach')).out.trim();
      await services.running('ops:wait 12');
      api.process.kill('SIGSTOP');
      // Longer than a relay may be silent.
      await delay(6_000);
      api.process.kill('SIGCONT');
      await until(async () => (await services.told('runs', 'show', id)).status === 'succeeded', 60_000);
      expect(api.log()).not.toContain('run lost');
    });
  }),
);
