import { readFileSync } from 'node:fs';
import { Validator } from '@cfworker/json-schema';
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { policyJsonSchema } from './json-schema.js';

const root = new URL('../../../../', import.meta.url);
const read = (file: string) => readFileSync(new URL(file, root), 'utf8');
const remedy = 'run: npx tsc -b services/relay && node services/relay/scripts/write-docs.mjs';

it('is the schema in docs', () => {
  expect(JSON.parse(read('docs/relay-policy.schema.json')), remedy).toEqual(policyJsonSchema());
});

it('has no key that the guide does not tell of', () => {
  const guide = read('docs/guide/relay-policy.md');
  const { properties } = policyJsonSchema() as { properties: Record<string, { description?: string }> };
  expect(Object.keys(properties).filter((key) => !guide.includes(`| \`${key}\` |`))).toEqual([]);
  expect(Object.entries(properties).filter(([, { description }]) => !description)).toEqual([]);
});

it('lets an editor find nothing wrong in the policy of docker-compose.yml', () => {
  const validator = new Validator(policyJsonSchema(), '2020-12', false);
  expect(validator.validate(parse(read('deploy/docker/relay-policy.yaml'))).errors).toEqual([]);
});

it.each([
  ['an unknown key', 'imagse: []'],
  ['a wrong type', 'writableRoot: maybe'],
  ['the network of the machine', 'network: host'],
  ['a bad span', 'hours: { mon: 8-18 }'],
  ['a bad override', 'overrides: { ops: { imagse: [] } }'],
])('lets an editor find %s', (_what, yaml) => {
  expect(new Validator(policyJsonSchema(), '2020-12').validate(parse(yaml)).valid).toBe(false);
});
