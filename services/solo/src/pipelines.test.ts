import { whenPostgres } from '@chasqui/testbed/when';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { openRoom } from './open-room.fixture.js';

const shop = `
chasqui_bundle_version: 1
name: shop
version: 1.0.0
description: Things that are data
permissions: [touch, db]
commands:
  list:
    description: Lists services
    output: json
    executable: [/bin/echo, '[{"name":"web","up":true,"n":3},{"name":"db","up":false,"n":1},{"name":"mq","up":true,"n":2}]']
    rules: [allow]
  lines: { description: Lines, executable: [/usr/bin/seq, '1', '30'], rules: [allow] }
  touch:
    description: Touches one
    executable: [/bin/echo, touched]
    rules: ['must have shop:touch', 'with arg[0] == "db" must have shop:db']
  where: { description: Which relay, executable: [/usr/bin/printenv, CHASQUI_RELAY], rules: [allow] }
  eat: { description: Reads records, input: all, executable: [/bin/cat], output: ndjson, rules: [allow] }
  one: { description: Reads a record, input: each, executable: [/bin/cat], output: json, rules: [allow] }
  weak:
    description: Fails for some
    input: each
    on-error: continue
    executable: [/bin/sh, -c, 'grep -v db']
    output: json
    rules: [allow]
  strict: { description: Fails for some, input: each, executable: [/bin/sh, -c, 'grep -v db'], output: json, rules: [allow] }
  drawn:
    description: Fails for db
    input: each
    executable: [/bin/sh, -c, 'grep -v db']
    templates: { command: 'drawn {{ response.out }}', command_error: 'drawn exit {{ response.exitCode }}' }
    rules: [allow]
  broken: { description: Says it is JSON, output: json, executable: [/bin/echo, not json], rules: [allow] }
  secret:
    description: Takes a secret
    options:
      token: { type: string, secret: true, required: true }
    executable: [/bin/echo]
    rules: [allow]
  keep:
    description: Takes a secret and an argument
    input: each
    options:
      token: { type: string, secret: true, required: true }
    positionals: [{ name: what }]
    executable: [/bin/sh, -c, 'true']
    rules: [allow]
  user list: { description: A path, executable: [/bin/echo, all users], rules: [allow] }
  old: { description: Old, executable: [/bin/echo, old], deprecated: { successor: 'shop:list' }, rules: [allow] }
`;
const policy = `executables: [/bin/echo, /bin/cat, /bin/sh, /usr/bin/printenv, /usr/bin/seq]`;

whenPostgres('pipelines in a room', (serverUrl) => {
  let room: Awaited<ReturnType<typeof openRoom>>;
  beforeAll(async () => {
    room = await openRoom(serverUrl, {
      bundles: [shop],
      people: { alice: ['shop:touch'], bob: [] },
      relays: { 'fra-1': ['dc=fra'], 'ams-1': ['dc=ams'] },
      policy,
    });
  });
  afterAll(() => room[Symbol.asyncDispose]());

  const answer = async (line: string, who = 'alice') => {
    await room.says(who, line);
    return room.hears('');
  };

  it('draws what is data as data', async () => {
    expect((await answer('!shop:list')).text).toBe(
      'name  up     n\nweb   true   3\ndb    false  1\nmq    true   2',
    );
  });

  it.each([
    ['!shop:list | where up=true | pluck name', 'name\nweb\nmq'],
    ['!shop:list | sort n | head 1 | pluck name', 'name  db'],
    ['!shop:lines | tail 2', '29\n30'],
    ['!shop:lines | count', 'count  30'],
    ['!shop:list | where up=false | shop:one', 'name  db\nup    false\nn     1'],
    ['!shop:list | shop:eat | count', 'count  3'],
    ['!seed \'[{"a":1},{"a":2}]\' | where a>1', 'a  2'],
    ['!shop:where --on dc=fra | shop:one', 'fra-1'],
  ])('%s', async (line, text) => {
    const reply = await answer(line);
    expect(reply).toMatchObject({ text, mark: 'succeeded' });
  });

  it('runs a command once for each record, in their order', async () => {
    expect((await answer('!shop:list | where up=true | shop:touch $name')).text).toBe(
      'touched web\ntouched mq',
    );
  });

  it('judges each record before the first is acted on', async () => {
    const reply = await answer('!shop:list | shop:touch $name');
    expect(reply.mark).toBe('failed');
    expect(reply.text).toContain('you need shop:db to run shop:touch');
    expect(reply.text).toContain('stage 2 of 2 (shop:touch)');
  });

  it('refuses the whole line for its last stage', async () => {
    expect(await answer('!shop:list | shop:touch $name', 'bob')).toMatchObject({ mark: 'refused' });
    const runs = await room.runs();
    expect(runs[0]).toMatchObject({ status: 'refused', executions: [] });
  });

  it('stops where an item fails, and says what was not run', async () => {
    const reply = await answer('!shop:list | shop:strict | shop:one');
    expect(reply.mark).toBe('failed');
    expect(reply.text).toContain('stage 2 of 3 (shop:strict, 2 of 3) did not succeed; shop:one was not run');
  });

  it('draws a last stage that ran once, and what failed, by the templates of its command', async () => {
    expect((await answer('!echo web | shop:drawn')).text).toBe('drawn {"text":"web"}');
    expect((await answer('!echo db | shop:drawn | shop:one')).text).toBe(
      'drawn exit 1\nstage 2 of 3 (shop:drawn) did not succeed; shop:one was not run',
    );
  });

  it('goes on without what failed where the command says so', async () => {
    const reply = await answer('!shop:list | shop:weak | pluck name');
    expect(reply.mark).toBe('failed');
    expect(reply.text).toBe('name\nweb\nmq\nshop:weak: 1 of 3 failed and are left out');
    const last = await answer('!shop:list | shop:weak | shop:eat');
    expect(last.mark).toBe('failed');
    expect(last.text).toContain('shop:weak: 1 of 3 failed and are left out');
  });

  it('says what is wrong with what was printed', async () => {
    expect((await answer('!shop:broken')).text).toContain('not json');
    expect((await answer('!shop:broken | count')).mark).toBe('failed');
  });

  it('goes on with the last result without running anything', async () => {
    await answer('!shop:list');
    expect((await answer('!last | where up=false | pluck name')).text).toBe('name  db');
    expect((await answer('!last | count')).text).toBe('count  3');
    const [last] = await room.runs();
    expect(last).toMatchObject({ executions: [], status: 'succeeded' });
  });

  it('repeats the last line, and an earlier one', async () => {
    await answer('!shop:list | count');
    expect((await answer('!!')).text).toBe('count  3');
    const [run] = await room.runs();
    await answer('!shop:where');
    expect((await answer(`!again ${run!.id}`)).text).toBe('count  3');
  });

  it('lists what was said before', async () => {
    await answer('!shop:where');
    expect((await answer('!history 1')).text).toContain('shop:where');
    await answer('!shop:lines | count');
    await answer('!! | json');
    expect((await answer('!history 1')).text).toContain('shop:lines | count | json');
  });

  it('writes no secret down', async () => {
    // Not even what the command itself says of it.
    expect((await answer('!shop:secret --token=hunter2')).text).toBe('--token=***');
    const [run] = await room.runs();
    expect(run!.line).toBe('shop:secret --token=***');
    expect((await answer('!!')).text).toContain('secret');
    await answer('!shop:secret --token=hunter2 --nope');
    await answer('!shop:secret --token=hunter2 | nosuch');
    await answer('!shop:lines | shop:secret --token=hunter2 $text --nope');
    const [, ...lines] = (await room.runs()).map((one) => one.line);
    expect(lines.slice(0, 3).join()).not.toContain('hunter2');
    expect(JSON.stringify((await room.runs()).slice(0, 3))).not.toContain('hunter2');
  });

  it('keeps no secret in clear for a later stage either', async () => {
    await answer('!shop:lines | head 2 | shop:keep $text --token=hunter2');
    const [{ row }] = await room.dataSource.query(
      `select runs::text as row from runs order by id desc limit 1`,
    );
    expect(row).toContain('shop:keep $text --token=***');
    expect(row).toContain('succeeded');
    expect(row).not.toContain('hunter2');
  });

  it('has aliases of one person and of the site', async () => {
    await answer("!alias set up 'shop:list | where up=true'");
    expect((await answer('!up | count')).text).toBe('count  2');
    expect((await answer('!which up')).text).toBe('up is your alias for: shop:list | where up=true');
    expect((await answer('!up', 'bob')).mark).toBe('refused');
    expect((await answer("!alias set --site all 'shop:list'")).text).toContain('chasqui:manage-aliases');
    expect((await answer("!alias set count 'shop:list'")).text).toContain('a filter already');
    await answer('!alias set a b');
    expect((await answer('!alias set b a')).text).toContain('a → b → a');
  });

  it('sends a result where it was told to, and says so where it was asked', async () => {
    await room.says('alice', '!shop:list | count > @bob');
    await vi.waitUntil(() => room.replies().length === 2, 30_000);
    expect(room.replies().map(({ room: to, text }) => `${to}: ${text}`)).toEqual([
      'bob: alice ran: shop:list | count > @bob\ncount  3',
      'ops: sent to @bob',
    ]);
    expect((await answer('!shop:list > #nowhere')).mark).toBe('refused');
  });

  it('takes the longest name that fits, and says that a command is deprecated', async () => {
    expect((await answer('!shop:user list')).text).toBe('all users');
    expect((await answer('!user list')).text).toBe('all users');
    expect((await answer('!shop:secret --token x --help')).text).toContain('usage');
    expect((await answer('!help shop')).text).toContain('shop 1.0.0: Things that are data');
    expect((await answer('!shop:old')).text).toContain('use shop:list instead');
  });
});
