import type { Order } from '@chasqui/contracts';
import { whenPostgres } from '@chasqui/testbed/when';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { apiWorld, until, type ApiWorld } from '../api-world.fixture.js';

const data = `
chasqui_bundle_version: 1
name: data
version: 1.0.0
description: Has results
commands:
  text: { description: Lines, executable: [/bin/echo], rules: [allow] }
  json: { description: Records, output: json, executable: [/bin/echo], rules: [allow] }
  all: { description: All at once, input: all, output: ndjson, executable: [/bin/echo], rules: [allow] }
  secret:
    description: Takes a secret
    options: { token: { type: string, secret: true } }
    executable: [/bin/echo]
    rules: [allow]
  last-one: { description: Its name begins so, output: json, executable: [/bin/echo], rules: [allow] }
`;
/** Its fields in no order that a database would choose. */
const records = '[{"name":"web","up":true,"n":1},{"name":"db","up":false,"n":2}]';

whenPostgres('what was said before', (serverUrl) => {
  let world: ApiWorld;
  let fra: Awaited<ReturnType<ApiWorld['relay']>>;
  beforeAll(async () => {
    world = await apiWorld(serverUrl);
    fra = await world.relay('fra-1');
    await world.call('POST', '/bundles', { source: data, enable: true });
    for (const username of ['bob', 'carol'])
      expect(
        await world.call('POST', '/users', { username, email: `${username}@example.org` }),
      ).toMatchObject({ status: 201 });
  });
  afterAll(() => world[Symbol.asyncDispose]());

  interface Where {
    readonly room: string;
    readonly sender?: string;
  }
  const final = (id: string) =>
    until(() => world.replies.find((reply) => reply.inReplyTo === id && reply.mark !== 'running'));
  const answer = async (line: string, where: Where) => final(await world.say(line, where));
  const ends = (order: Order, text: string, exitCode = 0) =>
    fra.finish(order, {
      outcome: { kind: 'exited', exitCode },
      chunks: [{ seq: 0, stream: 'stdout', text }],
      outputBytes: text.length,
    });
  /** Says a line whose commands print these, one after the other. */
  const runs = async (line: string, where: Where, ...printed: string[]) => {
    const before = fra.orders.length;
    const id = await world.say(line, where);
    for (const [at, text] of printed.entries()) await ends(await fra.order(before + at), text);
    return final(id);
  };
  const latest = async () => (await world.call('GET', '/runs?limit=1')).body.runs[0];

  it.each<[string, string, string[], string]>([
    ['lines', 'data:text', ['a\nb'], 'a\nb'],
    ['records', 'data:json', [records], 'name  up     n\nweb   true   1\ndb    false  2'],
    ['what came out of a filter', 'data:json | where up=true', [records], 'name  web\nup    true\nn     1'],
    ['what came out of a later command', 'data:json | data:all', [records, '{"b":1,"a":2}'], 'b  1\na  2'],
    ['a result without a command', `seed '[{"b":1,"a":2}]'`, [], 'b  1\na  2'],
    ['a command whose name begins so', 'data:last-one', ['{"x":1}'], 'x  1'],
    ['a command with a secret', 'data:secret --token hunter2', ['in'], 'in'],
  ])('goes on with %s', async (room, line, printed, text) => {
    await runs(line, { room }, ...printed);
    expect((await answer('last', { room })).text).toBe(text);
    expect((await answer('last | count', { room })).mark).toBe('succeeded');
    expect((await answer('last', { room })).text).toBe(text);
  });

  it('goes on with what a failed command printed', async () => {
    const room = 'failed';
    const before = fra.orders.length;
    const id = await world.say('data:text', { room });
    await ends(await fra.order(before), 'wrong', 3);
    await final(id);
    expect((await answer('last', { room })).text).toBe('wrong');
  });

  it('goes on with what the last result went through', async () => {
    const room = 'through';
    await runs('data:json', { room }, records);
    await runs('last | data:all', { room }, '{"z":1}');
    expect((await answer('last', { room })).text).toBe('z  1');
  });

  it('passes over what was refused, and what belongs to another room or person', async () => {
    const room = 'refused';
    expect((await answer('last', { room })).text).toContain('you have run nothing here yet');
    await runs('data:text', { room }, 'mine');
    await answer('data:json $nope', { room });
    await answer('seed 1 | data:text $nope', { room });
    expect((await answer('last', { room })).text).toBe('mine');
    expect((await answer('last', { room, sender: 'bob' })).text).toContain('you have run nothing here yet');
  });

  it('says why there is no result to go on with', async () => {
    const room = 'none';
    const before = fra.orders.length;
    const id = await world.say('data:json | count', { room });
    const order = await fra.order(before);
    expect((await answer('last', { room })).text).toContain('it is not over yet');
    await ends(order, '[]', 1);
    await final(id);
    expect((await answer('last', { room })).text).toContain('it failed');
  });

  it('does not take a part of a result for the result', async () => {
    const room = 'large';
    const before = fra.orders.length;
    const id = await world.say('data:json | head 3', { room });
    const text = JSON.stringify(Array.from({ length: 3 }, () => ({ x: 'x'.repeat(500_000) })));
    await world.take(await fra.order(before), text);
    await final(id);
    const reply = await answer('last | count', { room });
    expect(reply.mark).toBe('refused');
    expect(reply.text).toContain('1 record more than are kept');
  });

  it('does not take what came of a result for all of it', async () => {
    const where = { room: 'lossy' };
    const before = fra.orders.length;
    const id = await world.say('data:text', where);
    const text = 'one\n';
    await fra.finish(await fra.order(before), {
      chunks: [{ seq: 0, stream: 'stdout', text }],
      outputBytes: 8,
    });
    expect((await final(id)).text).toContain('4 bytes of what it printed did not come');
    expect((await answer('last | count', where)).text).toContain(
      '4 bytes of what a command printed did not come',
    );
  });

  it('repeats the last line, with more words and more stages', async () => {
    const room = 'repeat';
    expect((await answer('!!', { room })).text).toContain('you have run nothing here yet');
    expect((await answer('!!', { room })).text).toContain('you have run nothing here yet');
    await runs('data:text one', { room }, 'x');
    const before = fra.orders.length;
    await runs('!! two | count', { room }, 'y');
    expect(fra.orders[before]!.args).toEqual(['one', 'two']);
    expect((await latest()).expanded).toBe('data:text one two | count');
  });

  it('repeats an earlier line by its run, for those who may see it', async () => {
    const room = 'again';
    await runs('data:text mine', { room }, 'x');
    const { id } = await latest();
    await runs(`again ${id.toUpperCase()}`, { room }, 'y');
    for (const line of [`again ${id}`, `run show ${id}`, 'again nothing', 'run show nothing'])
      expect((await answer(line, { room, sender: 'bob' })).text).toContain('that you may see');
    await runs('data:text his', { room, sender: 'bob' }, 'x');
    const his = await latest();
    expect((await answer(`run show ${his.id}`, { room })).text).toContain('data:text his');
    await runs(`again ${his.id}`, { room }, 'z');
    for (const line of ['again', 'again --failed'])
      expect((await answer(line, { room })).text).toContain('usage: again ID');
  });

  it('repeats no line whose secret is gone', async () => {
    const room = 'masked';
    await runs('data:secret --token hunter2', { room }, 'x');
    expect((await answer('!!', { room })).text).toContain('type it again');
    expect((await answer(`again ${(await latest()).id}`, { room })).mark).toBe('refused');
  });

  it('lists lines as records, newest first, and only the own ones', async () => {
    const [room, sender] = ['list', 'carol'];
    await runs('data:text one', { room, sender }, 'x');
    await answer('nosuch', { room, sender });
    expect((await answer('history 9 | pluck line', { room, sender })).text).toBe(
      'line\nnosuch\ndata:text one',
    );
    expect((await answer('history | where status=refused | count', { room, sender })).text).toBe('count  1');
    for (const line of ['history 0', 'history x', 'history 1 2'])
      expect((await answer(line, { room, sender })).text).toContain('usage: history [COUNT]');
  });

  it('shows all about a run', async () => {
    const room = 'show';
    await runs('data:text one', { room }, 'printed');
    const { id } = await latest();
    const { text } = await answer(`run show ${id}`, { room });
    for (const part of [id, 'data:text', 'succeeded', 'fra-1', 'printed']) expect(text).toContain(part);
    expect((await answer('run', { room })).text).toContain('usage: run show ID');
  });
});
