import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cogFaultCodes, cogNoteCodes, convertCog, readBundle } from '@chasqui/bundles';
import { cogFaultSentence, cogNoteSentence, readTemplate } from '@chasqui/replies';
import { afterAll, expect, it } from 'vitest';
import { cogFiles } from '../../../../libs/bundles/src/cog/cog-files.fixture.js';
import { chasqui } from '../../test/chasqui.js';

const folder = mkdtempSync(join(tmpdir(), 'chasqui-convert-'));
afterAll(() => rmSync(folder, { recursive: true }));

const guide = readFileSync(new URL('../../../../docs/guide/from-cog.md', import.meta.url), 'utf8');
const [cog, ours] = ['cog', 'chasqui'].map(
  (which) => guide.split(`\`\`\`yaml ${which}\n`)[1]!.split('```')[0]!,
) as [string, string];
writeFileSync(join(folder, 'cog.yaml'), cog);

it('does what the guide shows', async () => {
  const { exitCode, stdout, stderr } = await chasqui(['bundle', 'convert', 'cog.yaml'], { cwd: folder });
  expect(stdout).toBe(ours);
  expect(stderr).toContain('cog.yaml:12:1: warning: Cog did not say which of these are required or secret');
  expect(stderr.trim().split('\n')).toHaveLength(3);
  expect(exitCode).toBe(0);
});

it('writes a file, and not over one that is there', async () => {
  const words = ['bundle', 'convert', 'cog.yaml', '-o', 'ours.yaml'];
  expect(await chasqui(words, { cwd: folder })).toMatchObject({ exitCode: 0, stdout: '' });
  expect(readFileSync(join(folder, 'ours.yaml'), 'utf8')).toBe(ours);
  expect((await chasqui(['bundle', 'lint', 'ours.yaml'], { cwd: folder })).exitCode).toBe(0);
  expect(await chasqui(words, { cwd: folder })).toMatchObject({
    exitCode: 1,
    stderr: expect.stringContaining('ours.yaml cannot be written: it is there already') as string,
  });
});

it('gives the bundle and what is said of it as JSON', async () => {
  const { stdout, stderr } = await chasqui(['--json', 'bundle', 'convert', 'cog.yaml'], { cwd: folder });
  expect(JSON.parse(stdout)).toMatchObject({
    ok: true,
    yaml: ours,
    notes: [
      { code: 'docker-rights' },
      { code: 'config-open' },
      { code: 'rule-stricter', line: 43, column: 9 },
    ],
    faults: [],
  });
  expect(stderr).toBe('');
});

it('says why a file cannot be converted', async () => {
  const { exitCode, stdout, stderr } = await chasqui(['bundle', 'convert', '-'], { stdin: 'name: x\n' });
  expect([exitCode, stdout]).toEqual([1, '']);
  expect(stderr).toBe('(standard input):1:1: error: this is no Cog bundle: it has no cog_bundle_version\n');
});

it.each(Object.entries(cogFiles))('%s: what comes out is right with its templates', (_name, text) => {
  const { yaml } = convertCog(text, { readTemplate, sentence: cogNoteSentence });
  const { faults } = readBundle(yaml!, { readTemplate });
  expect(faults.filter(({ severity }) => severity === 'error')).toEqual([]);
});

it.each([...cogNoteCodes, ...cogFaultCodes])('has a sentence for %s', (code) => {
  const said = (cogFaultCodes as readonly string[]).includes(code) ? cogFaultSentence : cogNoteSentence;
  expect(said({ code, facts: {} })).not.toContain(code);
});
