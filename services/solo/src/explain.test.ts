import type { ExplainedCommand, Explanation } from '@chasqui/contracts';
import { whenPostgres } from '@chasqui/testbed/when';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openRoom } from './open-room.fixture.js';

/*
 * What is explained is what happens: each line is simulated, and then it is really said, and both must agree on the outcome, the refusal and
 * its sentence, the command and its version, the rules and how they came out, the relay, and the time it may take.
 */
const ops = `
chasqui_bundle_version: 1
name: ops
version: 1.2.3
description: Operations
permissions: [read, write, force, never]
timeout: 7s
commands:
  status: { description: How a service is, executable: [/bin/echo, status of], rules: [must have ops:read] }
  restart:
    description: Restarts a service
    relay: dc
    executable: [/bin/echo, restarted]
    options:
      force: { short: f, type: bool }
      token: { secret: true }
    positionals:
      - { name: service, required: true }
    rules:
      - must have ops:write
      - with option["force"] == true must have ops:force
      - with arg[0] == "database" must have ops:write and ops:force
  quick: { description: Is quick, timeout: 2s, executable: [/bin/echo], rules: ['with arg[0] == "now" allow'] }
  shut: { description: Nobody may, executable: [/bin/echo], rules: [must have ops:never] }
`;
const net = `
chasqui_bundle_version: 1
name: net
version: 2.0.0
description: The network
commands:
  where: { description: Which relay it is, executable: [/usr/bin/printenv, CHASQUI_RELAY], rules: [allow] }
  status: { description: How the network is, executable: [/bin/echo, up], rules: [allow] }
  image: { description: In a container, image: 'alpine:3', executable: [/bin/true], rules: [allow] }
`;
const policy = `executables: [/bin/echo, /usr/bin/printenv]`;
const people = {
  ann: [],
  bob: ['ops:read', 'ops:write'],
  eve: ['ops:read', 'ops:write', 'ops:force', 'relay:use'],
};

whenPostgres('what is explained', (serverUrl) => {
  let room: Awaited<ReturnType<typeof openRoom>>;
  beforeAll(async () => {
    room = await openRoom(serverUrl, {
      bundles: [ops, net],
      people,
      relays: {
        'fra-1': ['dc=fra'],
        'fra-2': ['dc=fra'],
        'ams-1': ['dc=ams'],
        'pro-1': ['dc=pro', 'env=prod'],
      },
      policy,
    });
    await post('/protected-relays', { selector: 'env=prod' });
    await post('/site-rules', { name: 'no-ams', on: 'ops:restart', rule: 'with relay["dc"] == "ams" deny' });
    await post('/site-rules', { name: 'eve-out', on: 'net:where', rule: 'with "eve" in group deny' });
    await put('/aliases/st', { line: 'ops:status web', site: true });
  });
  afterAll(() => room[Symbol.asyncDispose]());

  const lines = [
    'ops:status web',
    'ops:restart web',
    'ops:restart web --force',
    'ops:restart --force=false web --on dc=fra',
    'ops:restart database --on dc=fra',
    'ops:restart web --on dc=ams',
    'ops:restart web --on dc=pro',
    'ops:restart web --on dc=nowhere',
    'ops:restart web --on "dc in ("',
    'ops:restart',
    'ops:restart web --forse',
    'ops:restart web --token hunter2 extra',
    'ops:shut',
    'ops:quick now',
    'ops:quick later',
    'net:where --on env=prod',
    'net:where',
    'net:image',
    'status web',
    'nosuch thing',
    'st',
    'st "and more"',
    'whoami',
    'net:where | count',
    'net:where | ops:status $text',
    'net:where | ops:shut $text',
    'seed \'[{"s":"web"}]\' | ops:restart $s --on dc=fra',
    'seed \'[{"s":"database"}]\' | ops:restart $s --on dc=fra',
    'relays | where state=online | count',
    'count',
    'net:status > #nowhere',
    'net:status > me',
    'net:status | | x',
    '"unterminated',
  ];
  /** Of which lines are made that nobody thought of. */
  const pieces = [
    ['web', 'database', 'now', '--force', '-f', '--force=false', '"two words"', '--', '--token=x', '$text'],
    ['--on dc=fra', '--on dc=ams', '--on env=prod', '--on !dc', '--on', '> me', '> #ops', '| count', '| st'],
    ['| ops:status $text', '| where a=1', "'", String.raw`\ `],
  ].flat();
  const cases = Object.keys(people).flatMap((who) => lines.map((line): [string, string] => [who, line]));

  it.each(cases)('is what happens: %s says %s', (who, line) => agrees(who, line));

  it('is what happens, whatever is said', { timeout: 60_000 }, async () => {
    const word = fc.constantFrom(...pieces);
    const name = fc.constantFrom(
      'ops:status',
      'ops:restart',
      'restart',
      'net:where',
      'net:status',
      'st',
      'ops:quick',
    );
    const said = fc.tuple(fc.constantFrom(...Object.keys(people)), name, fc.array(word, { maxLength: 4 }));
    const property = fc.asyncProperty(said, async ([who, command, words]) =>
      agrees(who, [command, ...words].join(' ')),
    );
    await fc.assert(property, { numRuns: 60, seed: 5 });
  });

  it('is told in the chat, of a line with pipes and quotes and all', async () => {
    await room.says('bob', '!why ops:restart web --on name=fra-1 | ops:status "$text" > me');
    // The second stage runs wherever it is spread to, which may be fra-1 again.
    const { text } = await room.hears(/^allowed: it would run on fra-1(?: and (?:fra-2|ams-1))?\n/);
    for (const part of [
      'ops:restart web --on name=fra-1 | ops:status "$text" > me',
      'bob, in bob',
      '#ops on terminal, from a chat',
      'ops:restart, of ops 1.2.3',
      'service = "web"',
      'must have ops:write: satisfied',
      'with option["force"] == true must have ops:force: does not hold',
      'site rule no-ams: with relay["dc"] == "ams" deny: does not hold',
      'ops:write: by group bob and role bob',
      'fra-1: chosen',
      'ams-1: is not name=fra-1',
      '7 s, 256 MiB of memory',
      '"$text", $text comes from each record',
      'must have ops:read: judged with each record',
      'and 1 protected relay that you may not use',
    ])
      expect(text).toContain(part);
    expect(text).toMatch(/^result to +you$/m);
    expect(text).not.toContain('pro-1');
  });

  it('is told of the last line', async () => {
    await room.says('bob', '!ops:restart web --force');
    await room.hears('you need ops:force');
    await room.says('bob', '!why !!');
    await room.hears(/^refused: you need ops:force to run ops:restart\nline +ops:restart web --force\n/);
    await room.says('bob', '!why !!');
    await room.hears(/^refused: you need ops:force/);
  });

  it('is told of what cannot be read, and shows where', async () => {
    await room.says('bob', '!why "x | y');
    await room.hears(/^refused: that line cannot be read: .*\n"x \| y\n\^\n/);
  });

  it('keeps the secrets of a line that it is asked about out of everything', async () => {
    await room.says('bob', '!why ops:restart web --token hunter2');
    const { runId, text } = await room.hears('ops:restart web --token ***');
    const [run] = await room.dataSource.query<[{ line: string }]>(`select * from runs where id = $1`, [
      runId,
    ]);
    expect(run.line).toBe('why ops:restart web --token ***');
    expect(JSON.stringify([run, text])).not.toContain('hunter2');
  });

  it('tells how it is asked', async () => {
    await room.says('bob', '!why');
    await room.hears('usage: why LINE');
    await room.says('bob', '!why --help');
    await room.hears('why !!');
  });

  async function agrees(who: string, line: string): Promise<void> {
    const told = await simulated(who, line);
    await room.says(who, `!${line}`);
    const reply = await room.hears(/^/);
    const [run] = await room.dataSource.query<Done[]>(
      `select r.status, r.code, r.relay, r.bundle, r.version, r.command, r.line, r.expanded,
         (select e.timeout_ms from executions e where e.run_id = r.id order by stage, item limit 1) as timeout, a.rules
       from runs r join command_audit a on a.run_id = r.id where r.id = $1`,
      [reply.runId],
    );
    const first = told.stages.find((stage): stage is ExplainedCommand => stage.kind === 'command');
    expect(told.line).toBe(run!.expanded ?? run!.line);
    // Of a refusal the run names the command that it is about.
    const commands = told.stages.flatMap((stage) => (stage.kind === 'command' ? [stage.command] : []));
    const named = run!.bundle === null ? undefined : `${run!.bundle}:${run!.command}`;
    expect(told.outcome === 'refused' ? [...commands, undefined] : [first?.command]).toContain(named);
    if (told.outcome === 'refused') {
      expect([run!.status, run!.code]).toEqual(['refused', told.refusal!.code]);
      expect(reply.text).toBe([told.refusal!.message, told.refusal!.place].filter(Boolean).join('\n'));
    } else if (!told.stages.some(waits)) {
      expect(run).not.toMatchObject({ status: 'refused' });
    }
    for (const stage of told.stages) if (stage.kind === 'command' && !waits(stage)) rulesAgree(stage, run!);
    if (told.outcome !== 'allowed' || !first) return;
    expect(mayBeOn(first)).toContain(run!.relay);
    expect(run!.version).toBe(first.version);
    if (told.stages[0] === first) expect(Number(run!.timeout)).toBe(first.limits!.timeoutMs);
  }

  /** Every rule that was judged is in the audit log as it came out here. */
  function rulesAgree({ command, rules }: ExplainedCommand, run: Done): void {
    const judged = rules.filter(({ held }) => held !== undefined);
    for (const rule of judged) expect(run.rules).toContainEqual({ command, ...rule });
  }

  function mayBeOn({ relays = [] }: ExplainedCommand): string[] {
    return relays
      .filter(({ outcome }) => outcome === 'chosen' || outcome === 'as-good')
      .map(({ name }) => name);
  }

  async function simulated(user: string, line: string): Promise<Explanation> {
    return post('/simulate', { user, line, adapter: 'terminal', room: '#ops', origin: 'chat' });
  }

  function post<T>(path: string, body: object): Promise<T> {
    return call('POST', path, body);
  }
  function put<T>(path: string, body: object): Promise<T> {
    return call('PUT', path, body);
  }
  async function call<T>(method: string, path: string, body: object): Promise<T> {
    const headers = { authorization: `Bearer ${room.adminToken}`, 'content-type': 'application/json' };
    const answer = await fetch(`${room.url}${path}`, { method, headers, body: JSON.stringify(body) });
    if (!answer.ok) throw new Error(await answer.text());
    return (await answer.json()) as T;
  }
});

function waits(stage: Explanation['stages'][number]): boolean {
  return stage.kind === 'command' && stage.waitsFor !== undefined;
}

interface Done {
  readonly status: string;
  readonly code: string | null;
  readonly relay: string | null;
  readonly bundle: string | null;
  readonly version: string | null;
  readonly command: string | null;
  readonly line: string;
  readonly expanded: string | null;
  readonly timeout: string | null;
  readonly rules: readonly object[];
}
