import { readFileSync } from 'node:fs';
import {
  gortNames,
  ownNames,
  relayNames,
  type EnvironmentName,
} from '@chasqui/api/commands/environment-names';
import { whenPostgres } from '@chasqui/testbed/when';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openRoom } from './open-room.fixture.js';

const page = readFileSync(new URL('../../../docs/guide/what-a-command-sees.md', import.meta.url), 'utf8');

it.each([
  ["### Chasqui's own", ownNames],
  ['### What the relay adds', relayNames],
  ["### For bundles in Gort's format", gortNames],
])('the guide tells under "%s" what there is', (heading, names) => {
  expect(tableUnder(heading)).toEqual(names.map(({ name, meaning }) => [`\`${name}\``, meaning]));
});

const look = `
chasqui_bundle_version: 1
name: look
version: 1.2.3
description: Looks around
env: { FROM_BUNDLE: b }
config: { REGION: { default: fra } }
commands:
  here:
    description: Prints its environment
    executable: [/usr/bin/env]
    store: true
    options: { dry-run: { type: bool }, none: {} }
    positionals: [{ name: service }]
    args: []
    rules: [allow]
`;
const old = `
gort_bundle_version: 1
name: old
version: 0.1
description: Looks around
commands:
  here: { description: Prints its environment, executable: [/usr/bin/env], rules: [allow] }
`;

whenPostgres('the environment of a command', (serverUrl) => {
  let room: Awaited<ReturnType<typeof openRoom>>;
  beforeAll(async () => {
    room = await openRoom(serverUrl, {
      bundles: [look, old],
      people: { alice: [] },
      relays: { 'fra-1': ['dc=fra', 'gpu'] },
      policy: 'executables: [/usr/bin/env]',
    });
  });
  afterAll(() => room[Symbol.asyncDispose]());

  async function printed(line: string): Promise<Record<string, string>> {
    await room.says('alice', line);
    const { text } = await room.hears('PATH=');
    return Object.fromEntries(text.split('\n').map((one) => one.split(/=(.*)/s, 2) as [string, string]));
  }

  it('is what is said of it, and nothing of the relay', async () => {
    const { CHASQUI_RUN_ID, CHASQUI_EXECUTION_ID, CHASQUI_IDEMPOTENCY_KEY, ...rest } =
      await printed('!look:here web --dry-run');
    expect(rest).toEqual({
      PATH: expect.stringContaining('/usr/bin'),
      FROM_BUNDLE: 'b',
      REGION: 'fra',
      CHASQUI_OPT_DRY_RUN: 'true',
      CHASQUI_ARG_SERVICE: 'web',
      CHASQUI_ATTEMPT: '1',
      CHASQUI_USER: 'alice',
      CHASQUI_EMAIL: 'alice@example.org',
      CHASQUI_CHAT_ID: 'alice',
      CHASQUI_ADAPTER: 'terminal',
      CHASQUI_CHANNEL: 'ops',
      CHASQUI_ROOM: 'ops',
      CHASQUI_BUNDLE: 'look',
      CHASQUI_VERSION: '1.2.3',
      CHASQUI_COMMAND: 'here',
      CHASQUI_RELAY: 'fra-1',
      CHASQUI_RELAY_TAGS: 'dc=fra,gpu',
      CHASQUI_API_URL: room.url,
      CHASQUI_STORE_TOKEN: expect.stringMatching(/./),
    });
    const [run] = await room.runs();
    expect(run).toMatchObject({ id: CHASQUI_RUN_ID, executions: [{ id: CHASQUI_EXECUTION_ID }] });
    expect(CHASQUI_IDEMPOTENCY_KEY).toBe(CHASQUI_EXECUTION_ID);
  });

  it('has Gort\u2019s names for Gort\u2019s bundles, each worth what ours is that the guide names', async () => {
    const variables = await printed('!old:here');
    expect(Object.keys(variables).toSorted()).toEqual(namesOf(ownNames, gortNames, [{ name: 'PATH' }]));
    for (const { name, meaning } of gortNames) {
      expect(variables[name], name).toBe(variables[meaning.replaceAll('`', '')]);
    }
  });
});

function namesOf(...lists: readonly (readonly Pick<EnvironmentName, 'name'>[])[]): string[] {
  return lists
    .flat()
    .map(({ name }) => name)
    .toSorted();
}

function tableUnder(heading: string): string[][] {
  const lines = page.slice(page.indexOf(heading)).split('\n');
  const behind = lines.slice(lines.indexOf('|---|---|') + 1);
  return behind
    .slice(
      0,
      behind.findIndex((line) => !line.startsWith('|')),
    )
    .map((line) => line.slice(2, -2).split(' | '));
}
