import { convertCog } from '@chasqui/bundles';
import { whenPostgres } from '@chasqui/testbed/when';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openRoom } from './open-room.fixture.js';

const folder = mkdtempSync(join(tmpdir(), 'chq-cog-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** A program as people wrote them for Cog: it knows nothing but its environment and standard input. */
function program(name: string, body: string): string {
  const path = join(folder, name);
  writeFileSync(path, `#!/bin/sh\n${body}\n`, { mode: 0o755 });
  return path;
}

const programs = {
  list: program(
    'list',
    `echo "COGCMD_INFO: listing $COG_OPT_DC"
echo 'a remark for nobody' >&2
[ "$COG_OPT_PLAIN" = true ] || echo "COG_TEMPLATE: servers"
echo JSON
echo "[{\\"name\\":\\"web\\",\\"dc\\":\\"$COG_OPT_DC\\"},{\\"name\\":\\"db\\",\\"dc\\":\\"$COG_OPT_DC\\"}]"`,
  ),
  show: program('show', 'echo "$COG_ARGC of $COG_BUNDLE:$COG_COMMAND: $COG_ARGV_0 for $COG_USERNAME"; cat'),
  hosts: program(
    'hosts',
    'echo "$COG_OPTS|$COG_OPT_HOSTS_COUNT|$COG_OPT_HOSTS_1|$COG_OPT_VERBOSE|$COG_INVOCATION_STEP|$#"',
  ),
  stop: program('stop', 'echo "not on a Friday"; echo "COGCMD_ACTION: abort"'),
  fail: program('fail', 'echo "COGCMD_ERROR: x"; echo "no such server" >&2; exit 3'),
  broken: program('broken', 'echo JSON; echo "{nope}"'),
};

const cog = `
cog_bundle_version: 5
name: web
version: 1.0.0
description: Servers
permissions: [web:force]
templates:
  servers:
    body: |
      # Servers
      ~each var=$results~
      * ~$item.name~ in ~$item.dc~
      ~end~
commands:
  list:
    executable: ${programs.list}
    options: { dc: { type: string, required: true }, plain: { type: bool } }
    rules: [allow]
  show: { executable: ${programs.show}, arguments: <name>, rules: [allow, 'with arg[0] == db must have web:force'] }
  hosts:
    executable: ${programs.hosts}
    arguments: ''
    options: { hosts: { type: list, short_flag: h }, verbose: { type: incr, short_flag: v } }
    rules: [allow]
  stop: { executable: ${programs.stop}, rules: [allow] }
  fail: { executable: ${programs.fail}, rules: [allow] }
  broken: { executable: ${programs.broken}, rules: [allow] }
`;

whenPostgres('a converted Cog bundle in a room', (serverUrl) => {
  let room: Awaited<ReturnType<typeof openRoom>>;
  beforeAll(async () => {
    const { yaml, faults } = convertCog(cog);
    expect(faults).toEqual([]);
    room = await openRoom(serverUrl, {
      bundles: [yaml!],
      people: { alice: ['web:force'], bob: [] },
      relays: { 'fra-1': [] },
      policy: `executables: [${Object.values(programs).join(', ')}]`,
    });
  });
  afterAll(() => room[Symbol.asyncDispose]());

  const answer = async (line: string, who = 'alice') => {
    await room.says(who, line);
    const { text, mark } = await room.hears('');
    return { text, mark };
  };

  it('draws with the template that the program names, and shows nothing that was meant for Cog', async () => {
    const text = 'Servers\n* web in fra\n* db in fra';
    expect(await answer('!web:list --dc=fra')).toEqual({ text, mark: 'succeeded' });
  });

  it('draws without a template what names none', async () => {
    expect((await answer('!web:list --dc=fra --plain')).text).toBe('name  dc\nweb   fra\ndb    fra');
  });

  it('gives a program its values by the environment, and no words', async () => {
    expect((await answer('!web:hosts -h a,b -vv')).text).toBe('hosts,verbose|2|b|2|last|0');
    expect((await answer('!web:hosts')).text).toBe('verbose|||0|last|0');
    expect((await answer('!web:show mq')).text).toBe('1 of web:show: mq for alice\n{}');
  });

  it('runs in a pipeline, once for each record, which is on standard input', async () => {
    expect((await answer('!web:list --dc=fra | where name=web | web:show $name')).text).toBe(
      '1 of web:show: web for alice\n{"name":"web","dc":"fra"}',
    );
    expect((await answer('!web:list --dc=fra | web:show $name | count')).text).toBe('count  2');
    expect((await answer('!web:list --dc=fra | count')).text).toBe('count  2');
    expect((await answer('!last | count')).text).toBe('count  1');
  });

  it('has the rules of the bundle', async () => {
    expect(await answer('!web:show db', 'bob')).toMatchObject({ mark: 'refused' });
    expect(await answer('!web:show db')).toMatchObject({ mark: 'succeeded' });
  });

  it('goes on with the last result as data', async () => {
    await answer('!web:list --dc=ams');
    expect((await answer('!last | pluck name')).text).toBe('name\nweb\ndb');
  });

  it('ends the line where the program aborts', async () => {
    expect(await answer('!web:stop')).toEqual({
      text: 'not on a Friday\nweb:stop ends the line here',
      mark: 'succeeded',
    });
    const { text, mark } = await answer('!web:stop | web:show x');
    expect(text).toContain('web:stop ends the line here: not on a Friday');
    expect(text).toContain('web:show was not run');
    expect(mark).toBe('failed');
  });

  it('shows what went wrong', async () => {
    const { text, mark } = await answer('!web:fail');
    expect(text).toContain('no such server');
    expect(text).not.toContain('COGCMD');
    expect(mark).toBe('failed');
    expect((await answer('!web:broken')).text).toContain('line 2');
  });
});
