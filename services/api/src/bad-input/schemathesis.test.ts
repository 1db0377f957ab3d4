import { whenPostgres } from '@chasqui/testbed/when';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { adminToken, apiWorld, type ApiWorld } from '../api-world.fixture.js';
import { runSchemathesis, schemathesis } from './run-schemathesis.fixture.js';

const program = schemathesis();
const missing =
  'schemathesis against the API (there is none: pip install schemathesis into .cache/python; .ci/run does it)';

if (program) whenPostgres('schemathesis against the API', (serverUrl) => against(program, serverUrl));
else if (process.env['CI'] !== 'true') it.skip(missing);
else it(missing, () => expect.fail(missing));

/** What can end the rights of whoever tests: their own token, or a second administrator who lets the first be removed. It comes last. */
const last =
  '^(DELETE /users/\\{username\\}/tokens/\\{name\\}|PUT /groups/\\{group\\}/members/\\{username\\}|POST /sign-out)$';

/** `Allow` names every method of the address, of which one may fit another path as well. */
const otherPaths = 'allow_header_conformance';

function against(found: string, serverUrl: string): void {
  let world: ApiWorld;
  beforeAll(async () => {
    world = await apiWorld(serverUrl);
  });
  afterAll(async () => {
    await world?.[Symbol.asyncDispose]();
  });
  const run = (options: Readonly<Record<string, string>>, token?: string) =>
    runSchemathesis(found, world.api.url!, {
      ...options,
      ...(token !== undefined && { header: `Authorization: Bearer ${token}` }),
    });
  const much = { phases: 'coverage,fuzzing', 'max-examples': '5', checks: 'all' };

  it('finds nothing as an administrator', { timeout: 420_000 }, async () => {
    const leftOut = { 'exclude-name-regex': last, 'exclude-checks': otherPaths };
    const { ok, output } = await run({ ...much, ...leftOut }, adminToken);
    expect(ok, output).toBe(true);
    expect((await world.call('GET', '/me')).status, 'it took its own rights away').toBe(200);
  });

  it('finds nothing without a token', { timeout: 420_000 }, async () => {
    const checks =
      'not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance';
    const { ok, output } = await run({ phases: 'coverage', checks });
    expect(ok, output).toBe(true);
  });

  it('finds nothing as a command that is at work', { timeout: 120_000 }, async () => {
    await world.call('POST', '/bundles', { source: keeping, enable: true });
    const fra = await world.relay('fra-1');
    await world.say('keep:it');
    const { env } = await fra.order();
    const { ok, output } = await run(
      { ...much, 'include-path-regex': '^/store/v1' },
      env['CHASQUI_STORE_TOKEN'],
    );
    expect(ok, output).toBe(true);
  });

  it('finds nothing in what may end its own rights', { timeout: 120_000 }, async () => {
    const { ok, output } = await run(
      { phases: 'coverage', checks: 'all', 'include-name-regex': last },
      adminToken,
    );
    expect(ok, output).toBe(true);
  });
}

/** A command that may keep things. */
const keeping = `
chasqui_bundle_version: 1
name: keep
version: 1.0.0
description: Keeps things
commands:
  it: { description: Keeps it, store: true, executable: [/bin/echo], rules: [allow] }
`;
