import type { Explanation } from '@chasqui/contracts';
import { whenPostgres } from '@chasqui/testbed/when';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { apiWorld, type ApiWorld } from '../api-world.fixture.js';
import { person } from '../person.fixture.js';

/** What is to be seen of `POST /simulate`: who may ask for whom, what is told, and that nothing is left behind. */
const opsBundle = `
chasqui_bundle_version: 1
name: ops
version: 1.2.0
description: For operators
permissions: [write, force]
commands:
  restart:
    description: Restarts a service
    executable: [/bin/echo]
    relay: dc
    timeout: 30s
    options:
      force: { type: bool }
      token: { secret: true }
    positionals:
      - { name: service, type: string, required: true }
    rules:
      - must have ops:write
      - with option["force"] == true must have ops:force
`;

whenPostgres('POST /simulate', (serverUrl) => {
  let world: ApiWorld;
  beforeAll(async () => {
    world = await operated(serverUrl);
  });
  afterAll(() => world[Symbol.asyncDispose]());

  it('tells the person, the words, the rules, the relays and the limits', async () => {
    const ann = await person(world, 'ann-1', ['ops:write']);
    const told = await simulate(world, { line: '!ops:restart web --on dc=fra' }, ann);
    expect(told).toMatchObject({
      line: 'ops:restart web --on dc=fra',
      outcome: 'allowed',
      who: {
        username: 'ann-1',
        groups: ['ann-1'],
        permissions: [{ name: 'ops:write', held: true, by: [{ group: 'ann-1', role: 'ann-1' }] }],
      },
      where: { adapter: 'http', direct: true, origin: 'api' },
      stages: [
        {
          kind: 'command',
          command: 'ops:restart',
          bundle: 'ops',
          version: '1.2.0',
          arguments: [{ name: 'service', value: 'web', given: true }],
          rules: [
            { rule: 'must have ops:write', from: 'bundle', held: true, satisfied: true },
            { from: 'bundle', held: false },
          ],
          permissions: [
            { name: 'ops:write', held: true, by: [{ group: 'ann-1', role: 'ann-1' }] },
            { name: 'ops:force', held: false, by: [] },
            { name: 'relay:use', held: false, by: [] },
          ],
          selector: 'dc,dc=fra',
          relay: 'fra-1',
          driver: 'process',
          relays: [
            { name: 'fra-1', outcome: 'chosen' },
            { name: 'ams-1', outcome: 'no-match', fails: ['dc=fra'] },
          ],
          limits: { timeoutMs: 30_000, network: false, writableRoot: false },
        },
      ],
    });
  });

  it('tells a refusal in the sentence that the person would get, and nothing of relays', async () => {
    const ann = await person(world, 'ann-2', ['ops:write']);
    const told = await simulate(world, { line: 'ops:restart web --force' }, ann);
    expect(told).toMatchObject({
      outcome: 'refused',
      refusal: {
        code: 'not-allowed',
        message: 'you need ops:force to run ops:restart',
        missing: [['ops:force']],
      },
      stages: [{ rules: [{ satisfied: true }, { held: true, satisfied: false, missing: [['ops:force']] }] }],
    });
    expect(told.stages[0]).not.toHaveProperty('relays');
    expect(told.stages[0]).not.toHaveProperty('limits');
  });

  it('shows no secret, wherever it stands', async () => {
    for (const line of [
      'ops:restart web --token hunter2',
      'ops:restart web --token hunter2 --nosuch',
      'ops:restart --token=hunter2 a b | count',
    ]) {
      const { text } = await world.call('POST', '/simulate', { line });
      expect(text).toContain('***');
      expect(text).not.toContain('hunter2');
    }
  });

  it('leaves nothing behind: no run, no order, no room', async () => {
    const before = await left(world);
    await simulate(world, { line: 'ops:restart web > #new', adapter: 'slack', room: '#new', direct: false });
    expect(await left(world)).toEqual(before);
  });

  it('is for oneself, and for others with permission', async () => {
    const ann = await person(world, 'ann-5', []);
    const bob = await person(world, 'bob-5', ['chasqui:simulate']);
    const eve = await person(world, 'eve-5', ['chasqui:simulate', 'chasqui:read-users']);
    const line = 'ops:restart web';
    const status = async (token: string, body: object) =>
      (await world.call('POST', '/simulate', body, token)).status;
    expect(await status(ann, { line, user: 'ann-5' })).toBe(200);
    expect(await status(ann, { line, user: 'bob-5' })).toBe(403);
    expect(await status(ann, { line, user: 'nobody' })).toBe(403);
    expect(await status(ann, { line, as: {} })).toBe(403);
    expect(await status(bob, { line, user: 'ann-5' })).toBe(403);
    expect(await status(bob, { line, as: {} })).toBe(200);
    expect(await status(eve, { line, user: 'ann-5' })).toBe(200);
    expect(await status(eve, { line, user: 'nobody' })).toBe(404);
    expect(await status(eve, { line, user: 'ann-5', as: {} })).toBe(422);
    for (const earlier of ['!!', ' !! x', 'again 019a0000-0000-7000-8000-000000000000', '!again 019a0000'])
      expect(await status(eve, { line: earlier, user: 'ann-5' })).toBe(403);
  });

  it('tells nobody what others ran before, unless they may read that', async () => {
    await person(world, 'ann-6', []);
    const eve = await person(world, 'eve-6', ['chasqui:simulate', 'chasqui:read-users']);
    const told = await simulate(world, { line: 'history | where [', user: 'ann-6' }, eve);
    expect(told.outcome).toBe('refused');
    expect(await simulate(world, { line: 'last | count', user: 'ann-6' }, eve)).toMatchObject({
      outcome: 'allowed',
    });
    expect(await simulate(world, { line: 'last | count', user: 'ann-6' })).toMatchObject({
      outcome: 'refused',
      refusal: { code: 'no-history' },
    });
  });

  it('decides for a token with scopes as for a line that comes with it', async () => {
    await person(world, 'sam', ['ops:write', 'ops:force']);
    const { body } = await world.call('POST', '/users/sam/tokens', { name: 'ci', scopes: ['ops:write'] });
    const told = await simulate(world, { line: 'ops:restart web --force --on dc=fra' }, body.token);
    expect(told).toMatchObject({ outcome: 'refused', refusal: { missing: [['ops:force']] } });
  });

  it.each([
    { line: 'try:it', room: '\0' },
    { line: 'try:it', workspace: '\0' },
    { line: 'try:it', adapter: 'A B' },
    { line: 'try:it', at: 'yesterday' },
    { line: 'try:it', user: "' or 1=1" },
    { line: 'try:it', as: { permissions: ['*'] } },
    { line: 'try:it', nosuch: 1 },
    {},
  ])('refuses %j', async (body) => {
    expect((await world.call('POST', '/simulate', body)).status).toBe(400);
  });

  it.each(['\0', '\ud800', 'x'.repeat(50_000), '$'.repeat(999), '|'.repeat(99)])(
    'survives a line like %j',
    async (line) => {
      expect((await world.call('POST', '/simulate', { line })).status).toBe(200);
    },
  );

  it('decides for somebody imagined, who holds what is said and nothing else', async () => {
    const as = { groups: ['oncall'], permissions: ['ops:write'] };
    const told = await simulate(world, { line: 'ops:restart web', as });
    expect(told).toMatchObject({
      outcome: 'allowed',
      who: { groups: ['oncall'], permissions: [{ name: 'ops:write', held: true, by: [] }] },
    });
    expect(told.who).not.toHaveProperty('username');
  });

  it('decides for a place and a time', async () => {
    await world.call('POST', '/site-rules', {
      name: 'nights',
      on: 'try:it',
      rule: 'with time("Europe/Berlin") >= "22:00" and channel == "#ops" deny',
    });
    const at = '2026-11-22T22:30:00+01:00';
    const place = { adapter: 'slack', room: '#ops', at };
    expect(await simulate(world, { line: 'try:it', ...place })).toMatchObject({
      outcome: 'refused',
      refusal: { code: 'denied-by-rule' },
      where: { adapter: 'slack', room: 'ops', direct: false, origin: 'chat', at: Date.parse(at) },
      stages: [{ rules: [{ from: 'bundle' }, { from: 'site', name: 'nights', denies: true, held: true }] }],
    });
    expect(
      await simulate(world, { line: 'try:it', ...place, at: '2026-11-22T21:30:00+01:00' }),
    ).toMatchObject({
      outcome: 'allowed',
    });
    expect(await simulate(world, { line: 'try:it', ...place, room: '#dev' })).toMatchObject({
      outcome: 'allowed',
    });
  });

  it('names a protected relay only to those who may read relays', async () => {
    const ann = await person(world, 'ann-9', ['ops:write']);
    const eve = await person(world, 'eve-9', ['ops:write', 'chasqui:read-relays']);
    const line = 'ops:restart web --on "dc in (fra,pro)"';
    const [forAnn] = (await simulate(world, { line }, ann)).stages;
    expect(forAnn).toMatchObject({ relay: 'fra-1', hiddenRelays: 1 });
    expect(JSON.stringify(forAnn)).not.toContain('pro-1');
    expect((await simulate(world, { line }, eve)).stages[0]).toMatchObject({
      relays: [
        { outcome: 'chosen' },
        { outcome: 'no-match' },
        { name: 'pro-1', outcome: 'protected', protectedBy: 'env=prod' },
      ],
    });
  });

  it('tells by which limited permission a protected relay may be used', async () => {
    const ann = await person(world, 'ann-10', ['ops:write']);
    const grant = await world.call('PUT', '/roles/ann-10/permissions/relay:use?relay=dc%3Dpro');
    expect(grant.status, grant.text).toBeLessThan(300);
    const told = await simulate(world, { line: 'ops:restart web --on dc=pro' }, ann);
    expect(told).toMatchObject({ outcome: 'allowed', stages: [{ relay: 'pro-1' }] });
    expect(told.stages[0]).toHaveProperty(
      'permissions',
      expect.arrayContaining([
        {
          name: 'relay:use',
          held: true,
          by: [{ group: 'ann-10', role: 'ann-10', on: { of: 'relay', what: 'dc=pro' } }],
        },
      ]),
    );
  });
});

/** What a line would have left behind. */
async function left({ dataSource }: ApiWorld): Promise<unknown> {
  const [counts] = await dataSource.query(
    `select (select count(*) from runs) as runs, (select count(*) from executions) as executions,
       (select count(*) from outbox) as outbox, (select count(*) from rooms) as rooms,
       (select count(*) from command_audit) as commands`,
  );
  return counts;
}

async function operated(serverUrl: string): Promise<ApiWorld> {
  const world = await apiWorld(serverUrl);
  await world.call('POST', '/bundles', { source: opsBundle, enable: true });
  await world.relay('fra-1', ['dc=fra']);
  await world.relay('ams-1', ['dc=ams']);
  await world.relay('pro-1', ['dc=pro', 'env=prod']);
  await world.call('POST', '/protected-relays', { selector: 'env=prod' });
  return world;
}

async function simulate({ call }: ApiWorld, body: object, token?: string): Promise<Explanation> {
  const answer = await call('POST', '/simulate', body, token);
  expect(answer.status, answer.text).toBe(200);
  return answer.body as Explanation;
}
