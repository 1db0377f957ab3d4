import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { chasqui } from '../../test/chasqui.js';
import { pretendServer, sent } from '../../test/pretend-server.js';

let folder: string;
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), 'chasqui-files-'))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const run = { id: 'r1', line: 'x', status: 'succeeded', exitCode: 0, adapter: 'http', executions: [] };
const file = (name: string, bytes = 2, relay = 'fra-1') => ({
  executionId: `e-${relay}`,
  relay,
  name,
  bytes,
});

it('sends files with a line, by the names that the command has for them', async () => {
  const api = await pretendServer({
    'POST /runs': [202, { ...run, status: 'accepted' }],
    'GET /runs/r1/events': (response) =>
      void response.writeHead(200, { 'content-type': 'text/event-stream' }).end(sent('end', run)),
  });
  const path = join(folder, 'a b.txt');
  writeFileSync(path, 'hello');
  const { exitCode } = await chasqui([
    'run',
    'x',
    '--file',
    `list=${path}`,
    '--file',
    path,
    '--url',
    api.url,
  ]);
  expect(exitCode).toBe(0);
  const base64 = Buffer.from('hello').toString('base64');
  expect(api.asked[0]!.body).toEqual({
    line: 'x',
    files: [
      { as: 'list', name: 'a b.txt', base64 },
      { name: 'a b.txt', base64 },
    ],
  });
});

it('says which file cannot be read, or is too large, and asks for nothing', async () => {
  const missing = await chasqui(['run', 'x', '--file', `a=${folder}/none`, '--url', 'http://127.0.0.1:1']);
  expect(missing.stderr).toMatch(/^chasqui: .*none cannot be read: ENOENT/);
  const large = join(folder, 'large');
  writeFileSync(large, Buffer.alloc(1024 ** 2 + 1));
  const { stderr } = await chasqui(['run', 'x', '--file', large, '--url', 'http://127.0.0.1:1']);
  expect(stderr).toBe(`chasqui: ${large} is too large: files may have 1 MiB in all\n`);
});

it('lists and saves what a run left, and overwrites nothing', async () => {
  const api = await pretendServer({
    'GET /runs/r1/files': [200, { files: [file('report.csv'), file('ü b')] }],
    'GET /runs/r1/files/e-fra-1/report.csv': (response) => void response.end('a\n'),
    'GET /runs/r1/files/e-fra-1/%C3%BC%20b': (response) => void response.end('b\n'),
  });
  const listed = await chasqui(['runs', 'files', 'r1', '--url', api.url]);
  expect(listed.stdout).toMatch(/report\.csv +2 +fra-1/);
  const save = () => chasqui(['runs', 'files', 'r1', '--save', folder, '--url', api.url]);
  expect((await save()).stdout).toBe(`${join(folder, 'report.csv')}\n${join(folder, 'ü b')}\n`);
  expect(readFileSync(join(folder, 'ü b'), 'utf8')).toBe('b\n');
  expect((await save()).stderr).toMatch(/report\.csv is there already, and was not touched/);
  await chasqui(['runs', 'files', 'r1', '--save', join(folder, 'new', 'one'), '--url', api.url]);
  expect(readFileSync(join(folder, 'new', 'one', 'report.csv'), 'utf8')).toBe('a\n');
});

it('tells those of several relays apart, and writes nowhere else', async () => {
  const api = await pretendServer({
    'GET /runs/r1/files': [200, { files: [file('log'), file('log', 2, 'ams-1')] }],
    'GET /runs/r1/files/e-fra-1/log': (response) => void response.end('f\n'),
    'GET /runs/r1/files/e-ams-1/log': (response) => void response.end('a\n'),
    'GET /runs/r2/files': [200, { files: [file('../escape')] }],
  });
  await chasqui(['runs', 'files', 'r1', '--save', folder, '--url', api.url]);
  expect(readFileSync(join(folder, 'ams-1-log'), 'utf8')).toBe('a\n');
  const { stderr } = await chasqui(['runs', 'files', 'r2', '--save', folder, '--url', api.url]);
  expect(stderr).toContain('names a file "../escape", which is none');
});

it('tells what was not kept, and fails where what was left is missing', async () => {
  const about = { executionId: 'e-fra-1', relay: 'fra-1' };
  const drafts = { ...about, name: 'drafts', why: 'no-file', text: 'drafts (no regular file)' };
  const missing = { ...about, name: 'b', why: 'missing', text: 'b (2 bytes; did not come)' };
  const api = await pretendServer({
    'GET /runs/r1/files': [200, { files: [file('a')], notKept: [drafts, missing] }],
    'GET /runs/r2/files': [200, { files: [], notKept: [drafts] }],
    'GET /runs/r1/files/e-fra-1/a': (response) => void response.end('a\n'),
  });
  const of = (...words: string[]) => chasqui(['runs', 'files', ...words, '--url', api.url]);
  const lines = 'not kept: drafts (no regular file), fra-1\nnot kept: b (2 bytes; did not come), fra-1\n';
  expect((await of('r1')).stdout).toMatch(
    new RegExp(`a +2 +fra-1\\n${lines.replaceAll(/[()]/g, String.raw`\$&`)}$`),
  );
  expect(await of('r1', '--save', folder)).toMatchObject({
    stdout: `${join(folder, 'a')}\n`,
    stderr: lines,
    exitCode: 1,
  });
  expect(await of('r2', '--save', folder)).toMatchObject({
    stdout: 'not kept: drafts (no regular file), fra-1\n',
    exitCode: 0,
  });
});
