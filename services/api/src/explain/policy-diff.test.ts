import type { PolicyDiff } from '@chasqui/contracts';
import { whenPostgres } from '@chasqui/testbed/when';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { apiWorld, type ApiWorld } from '../api-world.fixture.js';
import { person } from '../person.fixture.js';

/** A bundle of which only the version and the rules of `ops:restart` differ. */
const ops = (version: string, rules: string[], more = '') => `
chasqui_bundle_version: 1
name: ops
version: ${version}
description: For operators
permissions: [write, force]
commands:
  restart:
    description: Restarts a service
    executable: [/bin/echo]
    positionals: [{ name: service, required: true }]
    rules: ${JSON.stringify(rules)}
    examples: [ops:restart web, ops:restart database]
${more}`;

whenPostgres('POST /policy/diff', (serverUrl) => {
  let world: ApiWorld;
  beforeAll(async () => {
    world = await apiWorld(serverUrl);
    await world.relay('fra-1', ['dc=fra']);
    await world.call('POST', '/bundles', { source: ops('1.0.0', ['must have ops:write']), enable: true });
    await person(world, 'ann', ['ops:write']);
    await person(world, 'bea', ['ops:write']);
    await person(world, 'cem', ['ops:write', 'ops:force']);
    await person(world, 'dan', []);
  });
  afterAll(() => world[Symbol.asyncDispose]());

  it('tells who would lose what by a version of a bundle, and by which rule', async () => {
    const source = ops('1.1.0', ['must have ops:write', 'with arg[0] == "database" must have ops:force']);
    expect(await diff({ bundle: { source }, users: ['ann', 'bea', 'cem'] })).toEqual({
      users: 3,
      commands: 3,
      lines: 2,
      differences: [
        {
          kind: 'loses',
          users: ['ann', 'bea'],
          line: 'ops:restart database',
          before: { outcome: 'allowed', relay: 'fra-1' },
          after: {
            outcome: 'refused',
            code: 'not-allowed',
            message: 'you need ops:force to run ops:restart',
          },
          because: [{ rule: 'with arg[0] == "database" must have ops:force', from: 'bundle', when: 'after' }],
        },
      ],
    });
  });

  it('tells the same of an installed version, and changes nothing', async () => {
    const source = ops('2.0.0', ['must have ops:write and ops:force']);
    await world.call('POST', '/bundles', { source });
    const { differences } = await diff({ bundle: { name: 'ops', version: '2.0.0' } });
    expect(differences.map(({ kind, users, line, command }) => [kind, users, line ?? command])).toEqual([
      ['loses', ['ann', 'bea'], 'ops:restart'],
      ['loses', ['ann', 'bea'], 'ops:restart web'],
      ['loses', ['ann', 'bea'], 'ops:restart database'],
      ['changes', ['dan'], 'ops:restart web'],
      ['changes', ['dan'], 'ops:restart database'],
    ]);
    const { body } = await world.call('GET', '/bundles/ops');
    expect(
      body.versions.map((one: { version: string; enabled: boolean }) => [one.version, one.enabled]),
    ).toEqual([
      ['1.0.0', true],
      ['2.0.0', false],
    ]);
  });

  it('tells who would gain what', async () => {
    const { differences } = await diff({ bundle: { source: ops('1.1.0', ['allow']) } });
    expect(differences).toMatchObject([
      {
        kind: 'gains',
        users: ['dan'],
        command: 'ops:restart',
        because: [
          { rule: 'must have ops:write', when: 'before' },
          { rule: 'allow', when: 'after' },
        ],
      },
      { kind: 'gains', users: ['dan'], line: 'ops:restart web', because: [{ when: 'before' }] },
      { kind: 'gains', users: ['dan'], line: 'ops:restart database' },
    ]);
  });

  it('tells what a new command and its new permission are to whom', async () => {
    const more = `  stop: { description: Stops, executable: [/bin/echo], rules: [must have ops:stop] }`;
    const source = ops('1.1.0', ['must have ops:write'], more).replace(
      '[write, force]',
      '[write, force, stop]',
    );
    const { differences } = await diff({ bundle: { source } });
    expect(differences).toMatchObject([
      { kind: 'gains', users: ['admin'], command: 'ops:stop', before: { code: 'unknown-command' } },
      { kind: 'changes', users: ['ann', 'bea', 'cem', 'dan'], command: 'ops:stop' },
    ]);
  });

  it('tells what a site rule would do at a place and a time, on lines that are given', async () => {
    const rule = 'with time("UTC") >= "22:00" and channel == "#ops" deny';
    const line = { line: 'try:it now', adapter: 'slack', room: '#ops' };
    const { differences } = await diff({
      addRules: [{ name: 'night', on: '*', rule }],
      lines: [
        { ...line, at: '2026-11-22T23:00:00Z' },
        { ...line, at: '2026-11-22T12:00:00Z' },
      ],
    });
    expect(differences).toMatchObject([
      {
        kind: 'loses',
        users: ['admin', 'ann', 'bea', 'cem', 'dan'],
        line: 'try:it now',
        after: { code: 'denied-by-rule' },
        because: [{ rule, from: 'site', name: 'night', when: 'after' }],
      },
    ]);
  });

  it('tells what the end of a site rule and of a protection would do', async () => {
    await world.call('POST', '/site-rules', {
      name: 'never',
      on: 'try:it',
      rule: 'with "dan" in group deny',
    });
    await world.call('POST', '/protected-relays', { selector: 'dc=fra' });
    const { differences } = await diff({
      removeRules: ['never'],
      unprotect: ['dc=fra'],
      users: ['dan', 'ann'],
    });
    const because = [{ rule: 'dc=fra', from: 'protection', when: 'before' }];
    expect(differences).toMatchObject([
      { kind: 'gains', users: ['dan'], command: 'try:it', because: [{ name: 'never', when: 'before' }] },
      {
        kind: 'gains',
        users: ['ann'],
        line: 'ops:restart web',
        before: { code: 'relay-protected' },
        because,
      },
      { kind: 'gains', users: ['ann'], line: 'ops:restart database', because },
    ]);
    await world.call('DELETE', '/site-rules/never');
    await world.call('DELETE', '/protected-relays/dc%3Dfra');
  });

  it('tells what a bundle that is disabled takes away', async () => {
    const { differences } = await diff({ disable: 'try' });
    expect(differences).toMatchObject([
      { kind: 'loses', users: ['admin', 'ann', 'bea', 'cem', 'dan'], command: 'try:it' },
      { kind: 'loses', users: ['admin'], command: 'try:more' },
      { kind: 'changes', users: ['ann', 'bea', 'cem', 'dan'], command: 'try:more' },
    ]);
  });

  it('says what is wrong with a change that cannot be made', async () => {
    const code = async (change: object) => {
      const { status, body } = await world.call('POST', '/policy/diff', change);
      return [status, body.error.code];
    };
    expect(await code({ bundle: { source: 'name: x' } })).toEqual([422, 'bundle-faulty']);
    expect(await code({ bundle: { name: 'ops', version: '9.9.9' } })).toEqual([404, 'no-such-bundle']);
    expect(await code({ addRules: [{ name: 'x', on: '*', rule: 'nonsense' }] })).toEqual([422, 'bad-rule']);
    expect(await code({ addRules: [{ name: 'x', rule: 'allow' }] })).toEqual([422, 'rule-for-which']);
    expect(await code({ removeRules: ['nosuch'] })).toEqual([404, 'unknown-rule']);
    expect(await code({ unprotect: ['env=prod'] })).toEqual([404, 'not-protected']);
    expect(await code({ protect: ['a b c'] })).toEqual([422, 'bad-selector']);
    expect(await code({ users: ['nobody'] })).toEqual([404, 'unknown-user']);
  });

  it('is for those who may simulate and read users', async () => {
    const token = await person(world, 'eve', ['chasqui:simulate']);
    expect((await world.call('POST', '/policy/diff', {}, token)).status).toBe(403);
  });

  async function diff(change: object): Promise<PolicyDiff> {
    const answer = await world.call('POST', '/policy/diff', change);
    expect(answer.status, answer.text).toBe(200);
    return answer.body as PolicyDiff;
  }
});
