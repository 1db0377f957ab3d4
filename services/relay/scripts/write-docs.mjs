// Writes docs/relay-policy.schema.json, made of the policy file's schema. After `tsc -b services/relay`:
//
//   node services/relay/scripts/write-docs.mjs
//
// A test says so when it is out of date.
import { writeFileSync } from 'node:fs';
import { format } from 'prettier';
import { policyJsonSchema } from '../dist/policy/json-schema.js';

const json = await format(JSON.stringify(policyJsonSchema()), { parser: 'json', printWidth: 110 });
writeFileSync(new URL('../../../docs/relay-policy.schema.json', import.meta.url), json);
