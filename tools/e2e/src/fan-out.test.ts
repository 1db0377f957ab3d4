import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { whenKafka, whenPostgres } from '@chasqui/testbed/when';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Service } from './service.fixture.js';
import { openServices, showLogsOfFailures, type Services } from './services.fixture.js';
import { until } from './until.fixture.js';

/** Commands that write down each start, and of which one fails on a relay for as long as there is a file. */
const bundle = (folder: string) => `
chasqui_bundle_version: 1
name: fleet
version: 1.0.0
description: What is done on every machine
env: { STARTS: ${join(folder, 'starts')}, BROKEN: ${join(folder, 'broken')} }
commands:
  upgrade:
    description: Writes down where it was started
    effect: write
    rules: [allow]
    executable: [/bin/sh, -c, 'echo "$CHASQUI_RELAY" >> "$STARTS"; echo "on $CHASQUI_RELAY"']
  check:
    description: Fails on a relay while something is broken there
    effect: write
    output: json
    rules: [allow]
    executable: [/bin/sh, -c, 'if [ -e "$BROKEN-$CHASQUI_RELAY" ]; then echo broken; exit 3; fi; echo "{}"']
`;

whenKafka('a line on each of two relays, over Kafka', (brokers) =>
  whenPostgres('and PostgreSQL', (serverUrl) => {
    let services: Services;
    let api: Service;
    showLogsOfFailures(() => services);
    beforeAll(async () => {
      services = await openServices(brokers, serverUrl);
      api = await services.startApi();
      services.startRelay('fra-1', 'dc=fra');
      services.startRelay('ams-1', 'dc=ams');
      await services.online('fra-1', 'ams-1');
      const file = join(services.folder, 'fleet.yaml');
      writeFileSync(file, bundle(services.folder));
      expect(await services.chasqui('bundle', 'install', file, '--enable')).toMatchObject({ code: 0 });
    });
    afterAll(() => services?.[Symbol.asyncDispose]());

    const starts = () => {
      const file = join(services.folder, 'starts');
      return existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n') : [];
    };

    it(
      'begins the next wave after a pause in which the API was killed, and runs it once on each',
      { timeout: 120_000 },
      async () => {
        const line = 'fleet:upgrade --on-each dc --waves 1 --pause 20s';
        const id = (await services.chasqui('run', line, '--detach')).out.trim();
        const executions = async () =>
          (await services.told('runs', 'show', id)).executions as { relay: string; status: string }[];
        await until(async () => (await executions())[0]?.status === 'succeeded');
        await api.kill('SIGKILL');
        expect(starts()).toEqual(['ams-1']);
        api = await services.startApi();
        await until(async () => (await services.told('runs', 'show', id)).status === 'succeeded', 60_000);
        expect(starts()).toEqual(['ams-1', 'fra-1']);
        expect((await services.chasqui('runs', 'show', id)).out).toMatch(
          /all 2 relays succeeded[^]+ams-1 +succeeded [^\n]+on ams-1\nfra-1 +succeeded [^\n]+on fra-1\n/,
        );
      },
    );

    it('exits with 1 where one of them failed, and runs it again only there', async () => {
      await services.online('fra-1', 'ams-1');
      writeFileSync(join(services.folder, 'broken-fra-1'), '');
      const { code, err } = await services.chasqui('run', 'fleet:check --on-each dc');
      expect(code).toBe(1);
      expect(err).toMatch(/1 of 2 relays succeeded and 1 did not[^]+fra-1 +failed [^\n]+ 3 +broken\n/);
      const [, id] = /again (\S+) --failed/.exec(err)!;
      const again = await services.told('run', `again ${id} --failed`);
      expect(again).toMatchObject({
        status: 'failed',
        expanded: 'fleet:check --on-each dc,name=fra-1',
        executions: [{ relay: 'fra-1', status: 'failed', exitCode: 3 }],
      });
      const records = await services.chasqui('run', 'fleet:check --on-each dc=ams | pluck relay');
      expect(records).toMatchObject({ code: 0, out: 'relay  ams-1\n' });
    });
  }),
);
