import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { chasqui } from '../../test/chasqui.js';
import { pretendServer } from '../../test/pretend-server.js';

const cwd = mkdtempSync(join(tmpdir(), 'chasqui-install-'));
afterAll(() => rmSync(cwd, { recursive: true }));
mkdirSync(join(cwd, 'one'));
writeFileSync(join(cwd, 'one', 'bundle.yaml'), 'name: x\n');
writeFileSync(join(cwd, 'one', 'bundle.transcript.yaml'), 'transcript: []\n');

const summary = { name: 'ops', version: '1.0.0', enabled: false, commands: [] };

it('installs the bundle file of a folder', async () => {
  const server = await pretendServer({ 'POST /bundles': [201, summary] });
  await chasqui(['bundle', 'install', 'one', '--url', server.url], { cwd });
  expect(server.asked[0]?.body).toEqual({ source: 'name: x\n' });
});

it('asks which, where a folder has several', async () => {
  mkdirSync(join(cwd, 'two'));
  for (const file of ['a.yaml', 'b.yml']) writeFileSync(join(cwd, 'two', file), 'name: x\n');
  const { exitCode, stderr } = await chasqui(['bundle', 'install', 'two'], { cwd });
  expect([exitCode, stderr]).toEqual([1, 'chasqui: two has several bundle files; name the one to install\n']);
});

it('tells what was replaced by force', async () => {
  const replaced = ['`timeout` of status is new'];
  const server = await pretendServer({ 'POST /bundles': [201, { ...summary, replaced }] });
  const { stderr } = await chasqui(['bundle', 'install', 'one', '--force', '--url', server.url], { cwd });
  expect(stderr).toBe('replaced: `timeout` of status is new\n');
});
