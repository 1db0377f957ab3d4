import { z } from 'zod';
import { PolicyFile } from './policy-file.js';

/**
 * The JSON Schema (2020-12) of the policy file, for editors, made of the very schema that reads it. What only a program can check (a time
 * zone that there is) is left to `chasqui-relay check-policy`.
 */
export function policyJsonSchema(): Readonly<Record<string, unknown>> {
  const { $schema, ...schema } = z.toJSONSchema(PolicyFile, { target: 'draft-2020-12', io: 'input' });
  return {
    $schema,
    title: "A relay's policy",
    description: 'What a relay of Chasqui may run, whatever the API sends. Every key may be left out.',
    ...schema,
  };
}
