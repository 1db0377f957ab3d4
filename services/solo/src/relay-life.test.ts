import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { whenPostgres } from '@chasqui/testbed/when';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { openRoom } from './open-room.fixture.js';

const ops = `
chasqui_bundle_version: 1
name: ops
version: 1.0.0
description: Operations
commands:
  hold:
    description: Goes on until the file is there
    executable: [/bin/sh, -c, 'echo begun; until [ -e "$1" ]; do sleep 0.1; done; echo "{\\"text\\":\\"held\\"}"', hold]
    rules: [allow]
  where: { description: Says where, executable: [/bin/sh, -c, 'echo $CHASQUI_RELAY'], rules: [allow] }
  each: { description: Says where, input: each, executable: [/bin/sh, -c, 'echo $CHASQUI_RELAY'], rules: [allow] }
`;

whenPostgres('relays in a room', (serverUrl) => {
  let room: Awaited<ReturnType<typeof openRoom>>;
  const folder = mkdtempSync(join(tmpdir(), 'chasqui-life-'));
  beforeAll(async () => {
    room = await openRoom(serverUrl, {
      bundles: [ops],
      people: { alice: [], bob: [] },
      relays: { 'fra-1': ['dc=fra'], 'fra-2': ['dc=fra', 'gpu'] },
      policy: 'executables: [/bin/sh]',
    });
  });
  afterAll(async () => {
    await room[Symbol.asyncDispose]();
    rmSync(folder, { recursive: true });
  });

  const call = async (method: string, path: string, body?: object) => {
    const answer = await fetch(`${room.url}${path}`, {
      method,
      headers: { authorization: `Bearer ${room.adminToken}`, 'content-type': 'application/json' },
      ...(body && { body: JSON.stringify(body) }),
    });
    return (await answer.json()) as { state: string; unfinished: number; drain?: { emptySince?: string } };
  };
  const says = async (line: string, text: string | RegExp) => {
    await room.says('bob', line);
    return room.hears(text);
  };
  const running = (line: string) =>
    vi.waitFor(
      async () => expect((await room.runs()).find((run) => run.line === line)?.status).toBe('running'),
      { timeout: 30_000 },
    );

  it('one that is drained finishes what it has, gets nothing new, and is said to be empty', async () => {
    const file = join(folder, 'one');
    const line = `ops:hold ${file} --on name=fra-1 | ops:each $text`;
    await room.says('alice', `!${line}`);
    await running(line);
    await call('POST', '/relays/fra-1/drain', { note: 'kernel update until 14:00' });

    await says('!relays', /fra-1 .*draining since .* UTC \(kernel update until 14:00\)/);
    await says('!ops:where --on dc=fra', 'fra-2');
    await says(
      '!ops:where --on name=fra-1',
      /^no relay that is up has name=fra-1: fra-1 has it and is draining since .* \(kernel update until 14:00\)/,
    );
    expect(await call('GET', '/relays/fra-1')).toMatchObject({ state: 'draining', unfinished: 1 });

    writeFileSync(file, '');
    // What had begun there ends there; what had not begins elsewhere.
    await vi.waitFor(
      async () =>
        expect((await room.runs()).find((run) => run.line === line)).toMatchObject({
          status: 'succeeded',
          executions: [
            { relay: 'fra-1' },
            ...Array.from({ length: 2 }, () => ({ relay: 'fra-2', status: 'succeeded' })),
          ],
        }),
      { timeout: 30_000 },
    );
    await vi.waitFor(
      async () => expect((await call('GET', '/relays/fra-1')).drain?.emptySince).toEqual(expect.any(String)),
      { timeout: 30_000 },
    );
    expect(await call('POST', '/relays/fra-1/resume', {})).toMatchObject({ state: 'online' });
    await says('!ops:where --on name=fra-1', 'fra-1');
  });

  it('one that says protected tags of itself is warned of, and is not taken for them', async () => {
    await call('POST', '/relays/fra-2/tags', { remove: ['gpu'] });
    await says('!ops:where --on gpu', 'fra-2');
    await call('POST', '/protected-tags', { tag: 'gpu' });
    await says('!ops:where --on gpu', 'no relay has gpu');
    await vi.waitFor(() => expect(room.log()).toContain('a relay says protected tags of itself'), {
      timeout: 30_000,
    });
    await call('POST', '/relays/fra-2/tags', { add: ['gpu'] });
    await says('!ops:where --on gpu', 'fra-2');
  });

  it('a selector is tried before anything is run', async () => {
    await call('POST', '/relays/fra-1/pause', { note: 'looking at its disk' });
    const { text } = await says('!relays dc in (fra)', '2 relays of 2 with dc=fra; 1 would take work');
    expect(text).toMatch(/fra-2 .* yes\n.*fra-1 .* no: paused since .* \(looking at its disk\)/);
    await says('!relays gpu | where takesWork=true | count', '1');
    await says('!relays dc=$', 'the selector "dc=$" cannot be read');
    const line = 'ops:where --on name=fra-1 --wait 1m';
    await room.says('alice', `!${line}`);
    await vi.waitFor(
      async () => expect((await room.runs()).find((run) => run.line === line)?.status).toBe('accepted'),
      { timeout: 30_000 },
    );
    await call('POST', '/relays/fra-1/resume', {});
    await room.hears(/^fra-1/);
  });
});
