import { whenPostgres } from '@chasqui/testbed/when';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openRoom } from './open-room.fixture.js';

const secret = 'correct-horse-battery';
const typed = 'staple-hunter2';
const script = (text: string) => `[/bin/sh, -c, ${JSON.stringify(text)}]`;
const vault = `
chasqui_bundle_version: 1
name: vault
version: 1.0.0
description: Keeps secrets, and tells them all the same
config:
  PASSWORD: { secret: true }
commands:
  tell: { description: Prints its secret, executable: [/usr/bin/printenv, PASSWORD], rules: [allow] }
  slowly:
    description: Prints it in two halves
    executable: ${script('printf "pass: correct-horse"; sleep 0.3; printf "%s" "-battery and "; sleep 0.3; echo more')}
    rules: [allow]
  encoded: { description: Prints it in base64, executable: ${script('printf %s "$PASSWORD" | base64')}, rules: [allow] }
  login:
    description: Prints what it is given
    options: { token: { secret: true } }
    executable: ${script('echo "the token is $CHASQUI_OPT_TOKEN"; echo "again: $CHASQUI_OPT_TOKEN" >&2; exit 3')}
    rules: [allow]
`;

whenPostgres('a command that prints its secret', (serverUrl) => {
  let room: Awaited<ReturnType<typeof openRoom>>;
  beforeAll(async () => {
    room = await openRoom(serverUrl, {
      bundles: [vault],
      people: { alice: [] },
      relays: { 'fra-1': [] },
      policy: 'executables: [/bin/sh, /usr/bin/printenv]',
    });
    const set = await fetch(`${room.url}/config/vault/PASSWORD`, {
      method: 'PUT',
      headers: { authorization: `Bearer ${room.adminToken}`, 'content-type': 'application/json' },
      body: JSON.stringify({ value: secret, layer: 'bundle', secret: true }),
    });
    expect(set.status).toBe(200);
  });
  afterAll(() => room[Symbol.asyncDispose]());

  it.each([
    ['as configured', '!vault:tell', /^\*\*\*$/],
    ['in two pieces', '!vault:slowly', /^pass: \*\*\* and more$/],
    ['in base64', '!vault:encoded', /^\*\*\*(=*)$/],
    [
      'as an option, on both streams',
      `!vault:login --token=${typed}`,
      /the token is \*\*\*[^]*again: \*\*\*/,
    ],
  ])('shows a mask in the chat: %s', async (_, line, shown) => {
    await room.says('alice', line);
    await room.hears(shown);
  });

  it('shows it nowhere else: not in the run, its events, the log, or any table', async () => {
    const runs = await room.runs();
    expect(runs.length).toBeGreaterThanOrEqual(4);
    const headers = { authorization: `Bearer ${room.adminToken}` };
    const events = await Promise.all(
      runs.map(async ({ id }) => (await fetch(`${room.url}/runs/${id}/events`, { headers })).text()),
    );
    const tables: { name: string }[] = await room.dataSource.query(
      `select table_name as name from information_schema.tables where table_schema = 'public' and table_type = 'BASE TABLE'`,
    );
    const rows = await Promise.all(
      tables.map(({ name }) => room.dataSource.query(`select * from "${name}"`)),
    );
    const all = JSON.stringify([runs, events, rows, room.log()]);
    expect(all).toContain('the token is ***');
    for (const value of [secret, typed]) {
      expect(all).not.toContain(value);
      expect(all).not.toContain(Buffer.from(value).toString('base64').replace(/=+$/, ''));
    }
  });
});
