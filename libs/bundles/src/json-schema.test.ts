import { readdirSync, readFileSync } from 'node:fs';
import { Validator } from '@cfworker/json-schema';
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { bundleReference } from './bundle-reference.js';
import { bundleJsonSchema } from './json-schema.js';

const root = new URL('../../../', import.meta.url);
const read = (file: string) => readFileSync(new URL(file, root), 'utf8');
const remedy = 'run: npx tsc -b libs/bundles && node libs/bundles/scripts/write-docs.mjs';

it('is the schema in docs', () => {
  expect(JSON.parse(read('docs/bundle.schema.json')), remedy).toEqual(bundleJsonSchema());
});

it('is what the reference in the guide tells', () => {
  expect(read('docs/guide/bundle-reference.md'), remedy).toBe(bundleReference(bundleJsonSchema()));
});

it('says something about every key', () => {
  const silent: string[] = [];
  walk(bundleJsonSchema(), '');
  expect(silent).toEqual([]);

  function walk(schema: unknown, path: string): void {
    if (typeof schema !== 'object' || schema === null) return;
    for (const [key, inner] of Object.entries(schema)) {
      if (key === 'properties')
        for (const [name, field] of Object.entries(inner as Record<string, { description?: string }>))
          if (!field.description) silent.push(`${path}/${name}`);
      walk(inner, `${path}/${key}`);
    }
  }
});

const examples = readdirSync(new URL('examples/bundles/', root)).filter((file) => /^[^.]+\.yaml$/.test(file));
const ours = examples.filter((file) => read(`examples/bundles/${file}`).includes('\nchasqui_bundle_version'));

it.each(ours)('lets an editor find nothing wrong in %s', (file) => {
  const validator = new Validator(bundleJsonSchema(), '2020-12', false);
  expect(validator.validate(parse(read(`examples/bundles/${file}`))).errors).toEqual([]);
});

it.each([
  ['an unknown key', { relays: 'dc=fra' }],
  ['a command without a letter first', { commands: { '-x': {} } }],
  ['a wrong type', { network: 'no' }],
])('lets an editor find %s', (_what, wrong) => {
  const right = parse(read('examples/bundles/01-echo.yaml')) as object;
  const validator = new Validator(bundleJsonSchema(), '2020-12');
  expect(validator.validate({ ...right, ...wrong }).valid).toBe(false);
});
