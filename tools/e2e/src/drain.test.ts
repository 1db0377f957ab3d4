import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { whenKafka, whenPostgres } from '@chasqui/testbed/when';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openServices, showLogsOfFailures, type Services } from './services.fixture.js';
import { until } from './until.fixture.js';

/** A command that goes on until there is a file. */
const bundle = (folder: string) => `
chasqui_bundle_version: 1
name: work
version: 1.0.0
description: What somebody waits for
env: { END: ${join(folder, 'end')} }
commands:
  hold:
    description: Goes on until it may end
    rules: [allow]
    executable: [/bin/sh, -c, 'until [ -e "$END" ]; do sleep 0.1; done; echo "ended on $CHASQUI_RELAY"']
  where: { description: Says where, rules: [allow], executable: [/bin/sh, -c, 'echo "on $CHASQUI_RELAY"'] }
`;

whenKafka('a relay that is drained while it works, over Kafka', (brokers) =>
  whenPostgres('and PostgreSQL', (serverUrl) => {
    let services: Services;
    showLogsOfFailures(() => services);
    beforeAll(async () => {
      services = await openServices(brokers, serverUrl);
      await services.startApi();
      services.startRelay('ams-1', 'dc=ams');
    });
    afterAll(() => services?.[Symbol.asyncDispose]());

    it(
      'finishes what it has, gets nothing new, and may be stopped once it is empty',
      { timeout: 120_000 },
      async () => {
        const fra = services.startRelay('fra-1', 'dc=fra');
        await services.online('fra-1', 'ams-1');
        const file = join(services.folder, 'work.yaml');
        writeFileSync(file, bundle(services.folder));
        expect(await services.chasqui('bundle', 'install', file, '--enable')).toMatchObject({ code: 0 });
        const status = async (id: string) => (await services.told('runs', 'show', id)).status;

        const id = (await services.chasqui('run', 'work:hold --on dc=fra', '--detach')).out.trim();
        await until(async () => (await status(id)) === 'running');
        const drained = services.chasqui('relay', 'drain', 'fra-1', '--note', 'kernel update', '--wait');
        await until(async () => (await services.told('relay', 'show', 'fra-1')).state === 'draining');
        expect(await services.chasqui('run', 'work:where --on dc=fra')).toMatchObject({
          code: 69,
          err: expect.stringMatching(/fra-1 has it and is draining since .* UTC \(kernel update\)/),
        });
        expect(await services.chasqui('run', 'work:where')).toMatchObject({ code: 0, out: 'on ams-1\n' });
        expect(await status(id)).toBe('running');

        writeFileSync(join(services.folder, 'end'), '');
        expect(await drained).toMatchObject({
          code: 0,
          out: 'fra-1 is empty: it may be stopped\n',
          err: expect.stringContaining('1 not finished yet\n'),
        });
        expect(await services.told('runs', 'show', id)).toMatchObject({
          status: 'succeeded',
          relay: 'fra-1',
        });

        // The update: it comes back, and stays drained until somebody resumes it.
        expect(await fra.stop()).toBe(0);
        services.startRelay('fra-1', 'dc=fra');
        await until(async () => (await services.told('relay', 'show', 'fra-1')).inFlight === 0);
        expect(await services.chasqui('run', 'work:where --on dc=fra')).toMatchObject({ code: 69 });
        await services.chasqui('relay', 'resume', 'fra-1');
        await services.online('fra-1');
        expect(await services.chasqui('run', 'work:where --on dc=fra')).toMatchObject({
          code: 0,
          out: 'on fra-1\n',
        });
      },
    );
  }),
);
