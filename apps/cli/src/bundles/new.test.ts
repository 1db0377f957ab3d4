import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bundleJsonSchema, readBundle } from '@chasqui/bundles';
import { afterAll, expect, it } from 'vitest';
import { chasqui } from '../../test/chasqui.js';

const cwd = mkdtempSync(join(tmpdir(), 'chasqui-new-'));
afterAll(() => rmSync(cwd, { recursive: true }));

it('writes a bundle without a fault, which only programs of solo mode run', async () => {
  const { exitCode, stdout } = await chasqui(['bundle', 'new', 'deploys'], { cwd });
  expect([exitCode, stdout.split('\n')[0]]).toEqual([0, `wrote ${join('deploys', 'bundle.yaml')}`]);
  const { bundle, faults } = readBundle(readFileSync(join(cwd, 'deploys', 'bundle.yaml'), 'utf8'));
  expect(faults).toEqual([]);
  expect(bundle).toMatchObject({ name: 'deploys', commands: [{ name: 'hello', executable: ['/bin/echo'] }] });
  expect(await chasqui(['bundle', 'lint', '--strict', 'deploys'], { cwd })).toMatchObject({ exitCode: 0 });
});

it('overwrites nothing', async () => {
  await chasqui(['bundle', 'new', 'one', 'there'], { cwd });
  const { exitCode, stderr } = await chasqui(['bundle', 'new', 'two', 'there'], { cwd });
  const file = join('there', 'bundle.yaml');
  expect([exitCode, stderr]).toEqual([1, `chasqui: ${file} is there already; choose another folder\n`]);
  expect(readFileSync(join(cwd, file), 'utf8')).toContain('name: one\n');
});

it('refuses a name that no bundle can have', async () => {
  const { exitCode, stderr } = await chasqui(['bundle', 'new', 'Deploys!'], { cwd });
  expect(exitCode).toBe(64);
  expect(stderr).toContain('cannot be the name of a bundle; use lower-case letters');
});

it('prints the schema for editors', async () => {
  const { stdout } = await chasqui(['bundle', 'schema']);
  expect(JSON.parse(stdout)).toEqual(bundleJsonSchema());
});
