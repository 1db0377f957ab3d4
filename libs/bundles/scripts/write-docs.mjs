// Writes what is made of the bundle format's schema: docs/bundle.schema.json and docs/guide/bundle-reference.md; and docs/transcript.schema.json and docs/policy-test.schema.json. After `tsc -b libs/bundles`:
//
//   node libs/bundles/scripts/write-docs.mjs
//
// A test says so when one of them is out of date.
import { writeFileSync } from 'node:fs';
import { format } from 'prettier';
import { bundleReference } from '../dist/bundle-reference.js';
import { bundleJsonSchema } from '../dist/json-schema.js';
import { policyTestJsonSchema } from '../dist/policy-tests/policy-test-json-schema.js';
import { transcriptJsonSchema } from '../dist/transcripts/transcript-json-schema.js';

const docs = new URL('../../../docs/', import.meta.url);
const schema = bundleJsonSchema();
const json = await format(JSON.stringify(schema), { parser: 'json', printWidth: 110 });
writeFileSync(new URL('bundle.schema.json', docs), json);
writeFileSync(new URL('guide/bundle-reference.md', docs), bundleReference(schema));
const transcripts = await format(JSON.stringify(transcriptJsonSchema()), { parser: 'json', printWidth: 110 });
writeFileSync(new URL('transcript.schema.json', docs), transcripts);
const tests = await format(JSON.stringify(policyTestJsonSchema()), { parser: 'json', printWidth: 110 });
writeFileSync(new URL('policy-test.schema.json', docs), tests);
