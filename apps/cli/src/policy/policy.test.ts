import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Explanation, PolicyDiff } from '@chasqui/contracts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chasqui } from '../../test/chasqui.js';
import { pretendServer } from '../../test/pretend-server.js';
import { mismatchesOf } from './run-case.js';

const examples = fileURLToPath(new URL('../../../../examples', import.meta.url));
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'chasqui-policy-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function written(name: string, text: string): string {
  const file = join(folder, name);
  writeFileSync(file, text);
  return file;
}

const base: Explanation = {
  line: 'ops:restart web',
  who: { groups: [], permissions: [] },
  where: { adapter: 'http', direct: true, origin: 'api', at: 0 },
  outcome: 'allowed',
  stages: [
    {
      kind: 'command',
      command: 'ops:restart',
      bundle: 'ops',
      version: '1.0.0',
      input: 'none',
      rules: [],
      permissions: [],
      relay: 'fra-1',
    },
  ],
  targets: [],
};
const refused: Explanation = {
  ...base,
  outcome: 'refused',
  refusal: {
    code: 'not-allowed',
    message: 'you need ops:a and ops:b',
    missing: [['ops:b', 'ops:a'], ['ops:c']],
  },
  stages: [],
};

describe('a case', () => {
  it.each([
    ['allowed', {}, base, []],
    ['allowed', { relay: 'fra-1' }, base, []],
    ['allowed', { relay: 'ams-1' }, base, ['relay: ams-1, but fra-1']],
    ['allowed', {}, { ...base, outcome: 'answered' }, []],
    ['refused', {}, base, ['expect: refused, but allowed']],
    ['allowed', {}, refused, ['expect: allowed, but refused not-allowed: you need ops:a and ops:b']],
    ['refused', { needs: ['ops:a', 'ops:b'] }, refused, []],
    ['refused', { needs: 'ops:c' }, refused, []],
    ['refused not-allowed', { needs: 'ops:a' }, refused, ['needs: ops:a, but ops:a and ops:b, or ops:c']],
    [
      'refused no-relay',
      {},
      refused,
      ['expect: refused no-relay, but refused not-allowed: you need ops:a and ops:b'],
    ],
    ['refused', { says: 'ops:a' }, refused, []],
    ['refused', { says: 'nights' }, refused, ['says: nights, but you need ops:a and ops:b']],
  ] as const)('that expects %s %j is held against the answer', (expect_, more, explanation, amiss) => {
    const found = mismatchesOf({ expect: expect_, ...more } as never, explanation as Explanation);
    expect(found.map((one) => `${one.what}: ${one.expected}, but ${one.found}`)).toEqual(amiss);
  });
});

describe('policy test', () => {
  it('asks the server for its users and for people who are imagined', async () => {
    const file = written(
      'a.yaml',
      `people: { op: { permissions: [ops:a] } }
cases:
  - { who: ann, line: '!ops:restart web', expect: allowed, where: { adapter: slack, room: '#ops' }, at: '2026-11-22T23:00:00Z' }
  - { who: op, line: ops:restart web, expect: allowed, relay: ams-1, name: goes to ams }
`,
    );
    const { url, asked } = await pretendServer({ 'POST /simulate': [200, base] });
    const { exitCode, stdout, stderr } = await chasqui(['policy', 'test', file], {
      env: { CHASQUI_URL: url },
    });
    expect(asked.map(({ body }) => body)).toEqual([
      { line: 'ops:restart web', user: 'ann', adapter: 'slack', room: '#ops', at: '2026-11-22T23:00:00Z' },
      { line: 'ops:restart web', as: { permissions: ['ops:a'] } },
    ]);
    expect(stdout).toBe(`${file}:4  goes to ams\n  relay:  ams-1\n  but is: fra-1\n`);
    expect(stderr).toBe('1 passed, 1 failed\n');
    expect(exitCode).toBe(1);
  });

  it('says which person the server does not know', async () => {
    const file = written('b.yaml', `cases:\n  - { who: ann, line: help, expect: allowed }\n`);
    const error = { code: 'unknown-user', message: 'There is no user ann.' };
    const { url } = await pretendServer({ 'POST /simulate': [404, { error }] });
    const { exitCode, stdout } = await chasqui(['policy', 'test', file], { env: { CHASQUI_URL: url } });
    expect([exitCode, stdout]).toEqual([
      1,
      `${file}:2  ann: help\n  who:    ann\n  but is: There is no user ann.\n`,
    ]);
  });

  it('tells every fault of a file, and tests nothing', async () => {
    const file = written(
      'c.yaml',
      `cases:\n  - { who: ann, line: help, expect: perhaps }\n  - { whom: ann }\n`,
    );
    const { exitCode, stderr } = await chasqui(['policy', 'test', file]);
    expect(exitCode).toBe(64);
    expect(stderr).toContain(`${file}:2:`);
    expect(stderr).toContain('expect cannot be perhaps; it is one of allowed, refused, refused CODE');
    expect(stderr).toContain(`${file}:3:`);
  });

  it('needs no server with the files it is given', { timeout: 60_000 }, async () => {
    const file = join(examples, 'policy', 'ops.policy.yaml');
    const { exitCode, stdout, stderr } = await chasqui(['policy', 'test', file, '--offline', '--json']);
    expect(stderr).toBe('10 passed, 0 failed\n');
    expect([exitCode, JSON.parse(stdout).passed]).toEqual([0, 10]);
  });

  it(
    'says what is wrong with a bundle or a rule that it is to be tried with',
    { timeout: 60_000 },
    async () => {
      const file = written('d.yaml', 'cases: [{ who: {}, line: help, expect: allowed }]');
      const bundle = written('bad.yaml', 'chasqui_bundle_version: 1\nname: x\n');
      const withBundle = await chasqui(['policy', 'test', file, '--bundle', bundle]);
      expect([withBundle.exitCode, withBundle.stderr]).toEqual([
        1,
        expect.stringContaining('The bundle has'),
      ]);
      const rules = written('rules.yaml', `rules: [{ name: x, on: '*', rule: nonsense }]`);
      const withRules = await chasqui(['policy', 'test', file, '--rules', rules]);
      expect([withRules.exitCode, withRules.stderr]).toEqual([64, expect.stringContaining('rules.yaml:1:')]);
    },
  );
});

describe('policy diff', () => {
  const diff: PolicyDiff = {
    users: 3,
    commands: 2,
    lines: 4,
    differences: [
      {
        kind: 'loses',
        users: ['ann', 'bea'],
        line: 'ops:restart web',
        before: { outcome: 'allowed', relay: 'fra-1' },
        after: { outcome: 'refused', code: 'not-allowed', message: 'you need ops:force to run ops:restart' },
        because: [{ rule: 'must have ops:force', from: 'bundle', when: 'after' }],
      },
      {
        kind: 'gains',
        users: ['cem'],
        command: 'ops:stop',
        before: { outcome: 'refused', code: 'unknown-command', message: 'there is no command "ops:stop"' },
        after: { outcome: 'allowed' },
        because: [{ rule: 'deny', from: 'site', name: 'never', when: 'before' }],
      },
    ],
  };

  it('sends the change, and tells what it would change', async () => {
    const bundle = written('ops.yaml', 'name: ops');
    const lines = written(
      'lines.yaml',
      `cases:\n  - { who: ann, line: '!a:b', at: '2026-11-22T23:00:00Z', expect: allowed }\n`,
    );
    const { url, asked } = await pretendServer({ 'POST /policy/diff': [200, diff] });
    const change = ['--bundle', bundle, '--add-rule', 'night on ops:* deny', '--remove-rule', 'never'];
    const { exitCode, stdout } = await chasqui(
      ['policy', 'diff', ...change, '--lines', lines, '--user', 'ann'],
      {
        env: { CHASQUI_URL: url },
      },
    );
    expect(asked[0]!.body).toEqual({
      bundle: { source: 'name: ops' },
      addRules: [{ name: 'night', on: 'ops:*', rule: 'deny' }],
      removeRules: ['never'],
      protect: [],
      lines: [{ line: 'a:b', at: '2026-11-22T23:00:00Z' }],
      users: ['ann'],
    });
    expect(exitCode).toBe(0);
    expect(stdout).toBe(`- ann, bea lose 'ops:restart web'
    before: allowed, on fra-1
    after:  refused (not-allowed): you need ops:force to run ops:restart
    by the rule of its bundle, as it would be: must have ops:force
+ cem gains ops:stop
    before: refused (unknown-command): there is no command "ops:stop"
    after:  allowed
    by the site rule never, as it is: deny
looked at 3 people, 2 commands and 4 lines
`);
  });

  it('takes an installed version, and ends with 1 where that is asked for', async () => {
    const { url, asked } = await pretendServer({ 'POST /policy/diff': [200, diff] });
    const words = ['policy', 'diff', '--bundle', 'ops@1.3.0', '--exit-code'];
    const { exitCode } = await chasqui(words, { env: { CHASQUI_URL: url } });
    expect(asked[0]!.body).toMatchObject({ bundle: { name: 'ops', version: '1.3.0' } });
    expect(exitCode).toBe(1);
  });

  it.each([[[]], [['--add-rule', 'nonsense']]])('refuses %j', async (words) => {
    const { exitCode } = await chasqui(['policy', 'diff', ...words]);
    expect(exitCode).toBe(64);
  });
});

it('prints the schema of its files', async () => {
  const { stdout } = await chasqui(['policy', 'schema']);
  expect(JSON.parse(stdout)).toMatchObject({ title: 'Policy tests for Chasqui' });
});
