import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fingerprintOf, sealBlock, signEnd, signingKey, type Entry } from '@chasqui/audit';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { chasqui } from '../../test/chasqui.js';
import { pretendServer } from '../../test/pretend-server.js';

const key = signingKey(Buffer.alloc(32, 1));
const id = '01900000-0000-7000-8000-000000000001';
const entry: Entry = {
  id,
  at: '2026-01-01T00:00:00.000000Z',
  kind: 'action',
  about: id,
  step: 0,
  content: { who: 'ann' },
};
const block = sealBlock({ at: '2026-01-01T00:00:01.000Z', ids: [id], entries: new Map([[id, entry]]), key });
const at = { n: 1, hash: block.hash };
const lines = [
  { chasqui: 'audit', version: 1, at: '2026-01-01T00:00:02.000Z' },
  { block },
  { entry },
  { end: signEnd({ whole: true, blocks: 1, entries: 1, unsealed: 0, from: at, to: at }, key) },
].map((line) => `${JSON.stringify(line)}\n`);

let folder: string;
let file: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'chasqui-audit-'));
  file = join(folder, 'audit.ndjson');
  writeFileSync(file, lines.join(''));
});
afterAll(() => rmSync(folder, { recursive: true }));

it('verifies a file without a server', async () => {
  const { exitCode, stdout } = await chasqui(['audit', 'verify', file, '--key', key.publicKey]);
  expect(stdout).toMatch(/^Everything is as it was written: 1 entry in 1 block\.\n/);
  expect(stdout).not.toContain('nobody has said');
  expect(exitCode).toBe(0);
  expect((await chasqui(['audit', 'verify', file])).stdout).toContain('nobody has said');
  const byFingerprint = await chasqui(['audit', 'verify', file, '--key', fingerprintOf(key.publicKey)]);
  expect(byFingerprint).toMatchObject({ exitCode: 0, stdout });
  const json = await chasqui(['audit', 'verify', file, '--json', '--checkpoint', `1:${block.hash}`]);
  expect(JSON.parse(json.stdout)).toMatchObject({ kind: 'whole', checkpointSeen: true });
});

it('names what was changed, shows what stands there now, and exits with 1', async () => {
  const changed = join(folder, 'changed.ndjson');
  writeFileSync(changed, lines.join('').replace('"ann"', '"bob\\u001b[31m"'));
  const { exitCode, stderr, stdout } = await chasqui(['audit', 'verify', changed]);
  expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' });
  expect(stderr).toContain(`entry ${id} was changed after it was sealed (block 1, line 3)`);
  expect(stderr).toContain('bob');
  expect(stderr).not.toContain('\u001b');
});

it.each([
  [['--key', 'A'.repeat(43)], 'a key that nobody vouches for'],
  [['--key', 'key:'], 'is no key'],
  [['--checkpoint', `1:${'x'.repeat(43)}`], 'is not the one of the checkpoint'],
  [['--checkpoint', `2:${'x'.repeat(43)}`], 'the chain was cut off before block 2'],
  [['--checkpoint', 'yesterday'], 'is no checkpoint'],
])('refuses %j', async (words, why) => {
  const { exitCode, stderr } = await chasqui(['audit', 'verify', file, ...words]);
  expect(stderr).toContain(why);
  expect(exitCode).not.toBe(0);
});

it('says that a file cannot be read', async () => {
  const { exitCode, stderr } = await chasqui(['audit', 'verify', join(folder, 'none')]);
  expect(stderr).toContain('cannot be read');
  // Not what a log gives that was tampered with.
  expect(exitCode).toBe(64);
});

it('verifies what the server has, and writes it to a file', async () => {
  const { url, asked } = await pretendServer({
    'GET /audit/export': (response) => void response.end(lines.join('')),
    'GET /audit/export?of=chain&format=ndjson': (response) => void response.end(lines.join('')),
  });
  expect((await chasqui(['audit', 'verify', '--url', url])).stdout).toContain(
    'Everything is as it was written',
  );
  const output = join(folder, 'copy.ndjson');
  expect(await chasqui(['audit', 'export', '--output', output, '--url', url])).toMatchObject({
    exitCode: 0,
    stdout: '',
  });
  expect(readFileSync(output, 'utf8')).toBe(lines.join(''));
  expect(asked.length).toBe(2);
});

const run = {
  id,
  acceptedAt: new Date(Date.now() - 65_000).toISOString(),
  user: { id: 'u-1', username: 'ann', email: 'ann@example.org' },
  adapter: 'slack',
  workspace: 'T1',
  origin: 'chat',
  image: 'example/ops:1',
  imageDigest: 'sha256:abc',
  line: 'ops:restart web',
  command: 'ops:restart',
  version: '1.0.0',
  channel: 'ops',
  relay: 'fra-1',
  status: 'refused',
  code: 'not-allowed',
  rules: [
    { rule: 'must have ops:write', from: 'bundle', held: true, satisfied: false },
    { rule: 'deny', from: 'site', name: 'nights', held: false },
  ],
  method: 'slack',
};

it('lists runs by what is asked for', async () => {
  const { url, asked } = await pretendServer({
    'GET /audit/commands?user=ann&status=refused&limit=5': [200, { commands: [run] }],
    'GET /audit/commands': [200, { commands: [run] }],
  });
  const words = ['logs', '--user', 'ann', '--status', 'refused', '--limit', '5', '--url', url];
  expect((await chasqui(words)).stdout).toMatch(/ann +ops +refused +- +fra-1 +ops:restart web\n$/);
  expect(asked[0]!.what).toContain('user=ann');
  const { stdout } = await chasqui(['logs', '--wide', '--url', url]);
  expect(stdout).toContain('rules:');
  expect(stdout).toContain('must have ops:write');
  expect(stdout).not.toContain('nights');
  for (const text of ['ann <ann@example.org> u-1', 'slack T1 ops', 'example/ops:1 sha256:abc', 'origin:'])
    expect(stdout).toContain(text);
});

it('prints the checkpoint in one word', async () => {
  const { url } = await pretendServer({
    'GET /audit/checkpoint': [
      200,
      { checkpoint: at, key: { publicKey: key.publicKey, fingerprint: 'SHA256:x' } },
    ],
  });
  expect((await chasqui(['audit', 'checkpoint', '--url', url])).stdout).toBe(`1:${block.hash}\n`);
});

it.each(['yesterday', '5x', '-1d'])('knows no time %s', async (when) => {
  expect(await chasqui(['logs', `--since=${when}`])).toMatchObject({
    exitCode: 64,
    stderr: expect.stringContaining('is no time'),
  });
});
