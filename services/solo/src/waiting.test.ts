import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { whenPostgres } from '@chasqui/testbed/when';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { openRoom } from './open-room.fixture.js';

/** A program that finds out by itself whether it is alone: only one can make a folder. */
function alone(path: string): string {
  return JSON.stringify(['/bin/sh', '-c', `mkdir ${path} && sleep 0.05 && rmdir ${path} && echo alone`]);
}

const opsIn = (folder: string) => `
chasqui_bundle_version: 1
name: ops
version: 1.0.0
description: What must not be done twice at once
commands:
  deploy:
    description: One for each environment
    executable: ${alone(join(folder, 'deploy'))}
    positionals: [{ name: env, required: true }]
    args: []
    lock: deploy-\${env}
    rules: [allow]
  check: { description: One at a time, executable: ${alone(join(folder, 'check'))}, concurrency: 1, rules: [allow] }
  hold:
    description: Holds the lock of an environment
    executable: [/bin/sleep, '600']
    positionals: [{ name: env, required: true }]
    args: []
    lock: deploy-\${env}
    timeout: 10m
    rules: [allow]
  sum: { description: Counts what it is given, input: all, executable: [/usr/bin/wc, -l], lock: sum, rules: [allow] }
`;

whenPostgres('waiting in a room', (serverUrl) => {
  const folder = mkdtempSync(join(tmpdir(), 'chasqui-waiting-'));
  let room: Awaited<ReturnType<typeof openRoom>>;
  beforeAll(async () => {
    room = await openRoom(serverUrl, {
      bundles: [opsIn(folder)],
      people: { alice: [], bob: [] },
      relays: { 'fra-1': ['dc=fra'], 'ams-1': ['dc=ams'] },
      policy: 'executables: [/bin/sh, /bin/sleep, /usr/bin/wc]',
    });
  });
  afterAll(async () => {
    await room[Symbol.asyncDispose]();
    rmSync(folder, { recursive: true, force: true });
  });

  const until = <T>(look: () => T | undefined | false | Promise<T | undefined | false>) =>
    vi.waitUntil(look, { timeout: 60_000, interval: 20 });
  const ask = async (method: string, path: string, body?: unknown) => {
    const response = await fetch(`${room.url}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${room.adminToken}`,
        ...(body !== undefined && { 'content-type': 'application/json' }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    return (await response.json()) as { id: string; status: string; reply?: { text: string } };
  };

  it.each(['ops:deploy prod', 'ops:check'])(
    'never runs %s twice at once, as the program itself sees it',
    { timeout: 120_000 },
    async (line) => {
      const asked = await Promise.all(Array.from({ length: 8 }, () => ask('POST', '/runs', { line })));
      for (const { id } of asked) {
        const run = await until(async () => {
          const found = await ask('GET', `/runs/${id}`);
          return !['accepted', 'running'].includes(found.status) && found;
        });
        expect(run).toMatchObject({ status: 'succeeded', reply: { text: 'alone' } });
      }
    },
  );

  it('goes from relay to relay where all of them need the same lock', { timeout: 90_000 }, async () => {
    await room.says('alice', '!ops:deploy prod --on-each dc');
    await room.hears(/all 2 relays succeeded/);
  });

  it('gives a command that waited what the stage before printed', { timeout: 90_000 }, async () => {
    await room.says('alice', '!echo one | ops:sum');
    await room.hears('1');
  });

  it(
    'tells whoever waits who has the lock, and goes on when that one is cancelled',
    { timeout: 90_000 },
    async () => {
      const held = await ask('POST', '/runs', { line: 'ops:hold test' });
      await until(async () => (await ask('GET', `/runs/${held.id}`)).status === 'running');
      await room.says('alice', '!ops:deploy test');
      await until(() =>
        room
          .replies()
          .some(({ text }) => /^waiting for the lock ops:deploy-test, which \S+ holds since/.test(text)),
      );
      expect((await ask('POST', `/runs/${held.id}/cancel`)).status).toBe('running');
      await room.hears('alone');
    },
  );
});
