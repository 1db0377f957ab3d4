import { whenPostgres } from '@chasqui/testbed/when';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { openRoom } from './open-room.fixture.js';

const ops = `
chasqui_bundle_version: 1
name: ops
version: 1.0.0
description: Operations
permissions: [read, write, force]
commands:
  status: { description: How a service is, executable: [/bin/echo, status of], rules: [must have ops:read] }
  restart:
    description: Restarts a service
    relay: dc
    executable: [/bin/echo, restarted]
    rules:
      - must have ops:write
      - with option["force"] == true must have ops:force
  fail: { description: Fails, executable: [/bin/false], rules: [allow] }
  forever: { description: Never ends, executable: [/bin/sleep, '600'], timeout: 300ms, rules: [allow] }
  secret: { description: Is not in the policy, executable: [/bin/ls, /], rules: [allow] }
  flood: { description: Prints 10 MB, executable: [/usr/bin/head, -c, '10000000', /dev/zero], rules: [allow] }
  lines: { description: Prints many lines, executable: [/usr/bin/seq, '1', '100000'], rules: [allow], limits: { output: 64KiB } }
  binary: { description: Prints bytes, executable: [/usr/bin/head, -c, '5000', /bin/echo], rules: [allow] }
`;
const net = `
chasqui_bundle_version: 1
name: net
version: 1.0.0
description: The network
commands:
  where: { description: Which relay it is, executable: [/usr/bin/printenv, CHASQUI_RELAY], rules: [allow] }
  status: { description: How the network is, executable: [/bin/echo, up], rules: [allow] }
  image: { description: In a container, image: 'alpine:3', executable: [/bin/true], rules: [allow] }
`;
const policy = `executables: [/bin/echo, /bin/false, /bin/sleep, /usr/bin/printenv, /usr/bin/head, /usr/bin/seq]`;

whenPostgres('a room', (serverUrl) => {
  let room: Awaited<ReturnType<typeof openRoom>>;
  beforeAll(async () => {
    room = await openRoom(serverUrl, {
      bundles: [ops, net],
      people: { alice: ['ops:read'], bob: ['ops:read', 'ops:write'] },
      relays: { 'fra-1': ['dc=fra'], 'ams-1': ['dc=ams'] },
      policy,
    });
  });
  afterAll(() => room[Symbol.asyncDispose]());

  it('answers a command with what it printed', async () => {
    await room.says('alice', '!ops:status web "two words"');
    expect(await room.hears('status of web two words')).toMatchObject({
      mark: 'succeeded',
      exitCode: 0,
      room: 'ops',
      recipient: 'alice',
    });
  });

  it.each([
    ['dc=fra', 'fra-1'],
    ['dc=ams', 'ams-1'],
    ['dc!=fra', 'ams-1'],
    ['name=fra-1', 'fra-1'],
    ['"dc in (ams,lon)"', 'ams-1'],
  ])('runs --on %s on %s and on no other', async (selector, relay) => {
    await room.says('alice', `!net:where --on ${selector}`);
    expect((await room.hears('')).text).toBe(relay);
  });

  it('refuses a restart when no rule allows it', async () => {
    await room.says('alice', '!ops:restart web --on dc=fra');
    await room.hears('you need ops:write to run ops:restart');
  });

  it('sees a flag wherever it stands', async () => {
    await room.says('bob', '!ops:restart web --force');
    await room.hears('you need ops:force to run ops:restart');
    await room.says('bob', '!ops:restart web');
    await room.hears('restarted web');
  });

  it.each<[string, string, string | RegExp]>([
    [
      'a line that does not parse',
      '!ops:status "web',
      /a quote is opened and not closed.*\n.*ops:status "web\n {11}\^/s,
    ],
    ['an unknown command', '!ops:statsu web', 'did you mean ops:status'],
    ['a name of several bundles', '!status', /net:status.*ops:status/s],
    ['an unknown tag', '!net:where --on dc=lon', /no relay has dc=lon/],
    ['a selector that does not parse', '!net:where --on "dc in (fra"', /selector/],
    ['an image where nothing runs images', '!net:image', /image|container/],
    ['what the relay\u2019s policy does not list', '!ops:secret', '/bin/ls'],
    ['a stage that takes no input', '!net:where | net:where', 'takes no input'],
  ])('says what to do next about %s', async (_, line, sentence) => {
    await room.says('alice', line);
    expect((await room.hears(sentence)).mark).toBe('refused');
  });

  it('says how somebody nobody knows can be known', async () => {
    await room.says('mallory', '!net:where');
    await room.hears('chasqui user create mallory --email ADDRESS');
  });

  it('tells the exit code of what failed', async () => {
    await room.says('alice', '!ops:fail');
    expect(await room.hears('exit code 1')).toMatchObject({ mark: 'failed', exitCode: 1 });
  });

  it('stops what never ends, and says so', async () => {
    await room.says('alice', '!ops:forever');
    expect(await room.hears('stopped after 300 ms')).toMatchObject({ mark: 'timed-out' });
  });

  it('keeps head and tail of too much output, and says how much is gone', async () => {
    await room.says('alice', '!ops:lines');
    const reply = await room.hears(/bytes dropped|KiB dropped/);
    expect(reply.text).toMatch(/^1\n2\n/);
    expect(reply.text).toContain('100000');
    expect(reply.text.length).toBeLessThan(8_000);
  });

  it('survives ten megabytes', async () => {
    await room.says('alice', '!ops:flood');
    expect((await room.hears(/not text/)).mark).toBe('succeeded');
  });

  it('does not spill bytes into a chat', async () => {
    await room.says('alice', '!ops:binary');
    await room.hears('bytes that are not text');
  });

  it('runs nothing that was said too long ago', async () => {
    await room.says('alice', '!ops:status web', Date.now() - 11 * 60_000);
    expect(await room.hears('you said this 11 min ago')).toMatchObject({ mark: 'refused' });
  });

  it('says that a line waits while the database is away, and runs it when it is back', async () => {
    await room.door.shut();
    await room.says('alice', '!ops:status web');
    await vi.waitFor(() => expect(room.replies()).toHaveLength(1), { timeout: 15_000 });
    const waiting = room.replies()[0]!;
    expect(waiting).toMatchObject({ mark: 'running', thread: expect.stringMatching(/^t/) });
    expect(waiting.text).toMatch(/^waiting: the database cannot be reached\. .* not after .*UTC/);
    await room.door.open();
    // The same run, and so the same message in the chat.
    expect(await room.hears('status of web')).toMatchObject({ mark: 'succeeded', runId: waiting.runId });
    expect(room.replies().filter(({ text }) => text.startsWith('waiting'))).toHaveLength(1);
  });

  it('owns up to a fault of its own, by an id that is in the log', async () => {
    await room.dataSource.query('alter table runs rename to hidden');
    try {
      await room.says('alice', '!ops:status web');
      const { mark, runId } = await room.hears('something went wrong inside Chasqui');
      expect(mark).toBe('error');
      expect(room.log()).toMatch(
        new RegExp(`"level":"error".*"runId":"${runId}".*a chat message could not be handled`),
      );
    } finally {
      await room.dataSource.query('alter table hidden rename to runs');
    }
  });

  it('shows in help what the asker may run, and nothing else', async () => {
    await room.says('alice', '!help');
    const { text } = await room.hears('ops:status');
    expect(text).not.toContain('ops:restart');
    await room.says('bob', '!ops:restart --help');
    await room.hears('must have ops:write');
  });

  it('keeps every line on record, the refused ones too', async () => {
    const answer = await fetch(`${room.url}/runs?limit=500`, {
      headers: { authorization: `Bearer ${room.adminToken}` },
    });
    const { runs } = (await answer.json()) as {
      runs: { status: string; line: string; code?: string; relay?: string; user?: { email: string } }[];
    };
    expect(runs).toContainEqual(
      expect.objectContaining({
        line: 'ops:restart web --on dc=fra',
        status: 'refused',
        code: 'not-allowed',
        user: { username: 'alice', email: 'alice@example.org' },
      }),
    );
    expect(runs).toContainEqual(
      expect.objectContaining({ line: 'net:where --on dc=fra', status: 'succeeded', relay: 'fra-1' }),
    );
    expect(runs.filter((run) => ['accepted', 'running'].includes(run.status))).toEqual([]);
  });
});
