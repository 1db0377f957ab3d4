import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { whenKafka, whenPostgres } from '@chasqui/testbed/when';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openServices, showLogsOfFailures, type Services } from './services.fixture.js';
import { until } from './until.fixture.js';

/** How long each fact is waited for, in milliseconds: a relay that comes back joins its topic first. */
const patience = 40_000;

/** Commands that write down each start, and of which the first attempt goes on until its relay is killed. */
const bundle = (starts: string) => `
chasqui_bundle_version: 1
name: counted
version: 1.0.0
description: Commands that count their starts
relay: here
env: { STARTS: ${starts} }
commands:
  ${(
    [
      ['read', 'effect: read,'],
      ['often', 'effect: idempotent, retries: 3,'],
      ['write', 'effect: write,'],
      ['unsaid', ''],
    ] as const
  )
    .map(
      ([name, effect]) => `${name}:
    { description: Counts, ${effect} rules: [allow], executable: [/bin/sh, -c, '
        echo "$CHASQUI_COMMAND $CHASQUI_ATTEMPT $CHASQUI_RELAY $CHASQUI_EXECUTION_ID $CHASQUI_IDEMPOTENCY_KEY" >> "$STARTS";
        if [ "$CHASQUI_ATTEMPT" = 1 ]; then exec sleep 300; fi; echo "attempt $CHASQUI_ATTEMPT"'] }`,
    )
    .join('\n  ')}
`;

whenKafka('a relay killed in mid-run, over Kafka', (brokers) =>
  whenPostgres('and PostgreSQL', (serverUrl) => {
    let services: Services;
    let starts: string;
    showLogsOfFailures(() => services);
    beforeAll(async () => {
      services = await openServices(brokers, serverUrl);
      await services.startApi();
      starts = join(services.folder, 'starts');
      const file = join(services.folder, 'counted.yaml');
      writeFileSync(file, bundle(starts));
      expect(await services.chasqui('bundle', 'install', file, '--enable')).toMatchObject({ code: 0 });
    });
    afterAll(() => services?.[Symbol.asyncDispose]());

    /** Every start of a command, as it wrote it down itself. */
    const startsOf = (command: string) =>
      (existsSync(starts) ? readFileSync(starts, 'utf8') : '')
        .split('\n')
        .filter((line) => line.startsWith(`${command} `))
        .map((line) => {
          const [, attempt, relay, execution, key] = line.split(' ');
          return { attempt, relay, execution, key };
        });
    const show = (id: string) => services.told('runs', 'show', id);
    const begun = async (command: string) => {
      const id = (await services.chasqui('run', `counted:${command}`, '--detach')).out.trim();
      await until(() => startsOf(command).length > 0);
      return id;
    };
    const ended = (id: string, status: string) =>
      until(async () => {
        const run = await show(id);
        return run.status === status && run;
      }, patience);

    it(
      'starts again what may be run twice, once for each attempt, and never what may not',
      async () => {
        const fra = services.startRelay('fra-1', 'here');
        await services.online('fra-1');
        const never = [await begun('write'), await begun('unsaid')];
        const often = await begun('often');
        const reading = services.chasqui('run', 'counted:read');
        await until(() => startsOf('read').length > 0);
        services.startRelay('ams-1', 'here');
        await services.online('ams-1');
        await fra.kill('SIGKILL');

        const told = await reading;
        expect({ code: told.code, out: told.out }).toEqual({ code: 0, out: 'attempt 2\n' });
        expect(told.err).toContain('attempt 1 on fra-1 ended as lost; attempt 2 runs on ams-1');
        const run = await ended(often, 'succeeded');
        const [first, second] = run.executions;
        expect(run.executions).toMatchObject([
          { attempt: 1, relay: 'fra-1', status: 'lost' },
          { attempt: 2, relay: 'ams-1', status: 'succeeded', exitCode: 0 },
        ]);
        for (const id of never) await ended(id, 'lost');

        // What its relay says of the first attempts when it is back is their truth, and nothing else.
        services.endCommands();
        services.startRelay('fra-1', 'here');
        for (const id of never)
          expect(await ended(id, 'failed')).toMatchObject({
            code: 'outcome-unknown',
            executions: [{ attempt: 1 }],
          });
        await until(async () => (await show(often)).executions[0].status === 'failed', patience);
        expect(await show(often)).toMatchObject({ status: 'succeeded', exitCode: 0 });
        expect((await services.chasqui('runs', 'show', often)).out).toMatch(
          /attempt 1 on fra-1: failed, outcome-unknown.*\nattempt 2 on ams-1: succeeded, exit code 0/,
        );

        expect(startsOf('write')).toMatchObject([{ attempt: '1', relay: 'fra-1' }]);
        expect(startsOf('unsaid')).toMatchObject([{ attempt: '1', relay: 'fra-1' }]);
        expect(startsOf('read')).toMatchObject([{ attempt: '1' }, { attempt: '2', relay: 'ams-1' }]);
        expect(startsOf('often')).toEqual([
          { attempt: '1', relay: 'fra-1', execution: first.id, key: first.id },
          { attempt: '2', relay: 'ams-1', execution: second.id, key: first.id },
        ]);
      },
      4 * patience,
    );
  }),
);
