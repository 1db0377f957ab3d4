import { whenKafka, whenPostgres } from '@chasqui/testbed/when';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { installLongBundle } from './long-bundle.fixture.js';
import type { Service } from './service.fixture.js';
import { openServices, showLogsOfFailures, type Services } from './services.fixture.js';
import { until } from './until.fixture.js';

whenKafka('cancelling over Kafka', (brokers) =>
  whenPostgres('and PostgreSQL', (serverUrl) => {
    let services: Services;
    let api: Service;
    let fra: Service;
    showLogsOfFailures(() => services);
    beforeAll(async () => {
      services = await openServices(brokers, serverUrl);
      api = await services.startApi();
      fra = services.startRelay('fra-1', 'dc=fra');
      await services.online('fra-1');
      await installLongBundle(services);
    });
    afterAll(() => services?.[Symbol.asyncDispose]());

    const begun = async (line: string) => {
      const id = (await services.chasqui('run', line, '--detach')).out.trim();
      expect(await services.running(line)).toBe(id);
      return id;
    };
    const over = (id: string) =>
      until(async () => {
        const run = await services.told('runs', 'show', id);
        return !['accepted', 'running', 'lost'].includes(run.status) && run;
      });
    const asked = (id: string) =>
      fra.says(new RegExp(`"runId":"${id}"[^\\n]*somebody asks for an execution to be cancelled`));

    it('stops what runs', async () => {
      const id = await begun('long:watch');
      expect(await services.chasqui('runs', 'cancel', id, '--wait')).toEqual({
        code: 0,
        out: `cancelled by admin; what it did until then stays done. on fra-1, run ${id}\n`,
        err: '',
      });
      expect(await services.chasqui('runs', 'cancel', id)).toMatchObject({
        code: 1,
        out: `run ${id} was cancelled before\n`,
      });
    });

    it('stops it although the relay is killed between the request and the end', async () => {
      const id = await begun('long:stubborn');
      expect(await services.chasqui('runs', 'cancel', id)).toMatchObject({ code: 0 });
      await asked(id);
      await fra.kill('SIGKILL');
      fra = services.startRelay('fra-1', 'dc=fra');
      expect(await over(id)).toMatchObject({ status: 'cancelled', cancel: { by: 'admin' } });
    });

    it('tells a relay that is away, once it is back', async () => {
      const id = await begun('long:watch');
      await fra.kill('SIGKILL');
      await until(async () => (await services.told('runs', 'show', id)).status === 'lost');
      const { code, out } = await services.chasqui('runs', 'cancel', id);
      expect(code).toBe(75);
      expect(out).toMatch(/^requested, not confirmed: fra-1 is offline since \d\d:\d\d UTC\. run /);
      expect(await services.told('runs', 'show', id)).toMatchObject({ status: 'lost' });
      fra = services.startRelay('fra-1', 'dc=fra');
      expect(await over(id)).toMatchObject({
        status: 'cancelled',
        reply: { text: expect.stringContaining('cancelled by admin') },
      });
      await services.online('fra-1');
    });

    it('stops it although the API is killed between the request and the end', async () => {
      const id = await begun('long:stubborn');
      expect(await services.chasqui('runs', 'cancel', id)).toMatchObject({ code: 0 });
      await api.kill('SIGKILL');
      await asked(id);
      api = await services.startApi();
      expect(await over(id)).toMatchObject({
        status: 'cancelled',
        reply: { text: expect.stringContaining('cancelled by admin') },
      });
    });
  }),
);
