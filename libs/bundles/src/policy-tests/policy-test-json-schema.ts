import { z } from 'zod';
import { PolicyTestFile } from './policy-test-schema.js';

/** The JSON Schema (2020-12) of files of policy tests, for editors, made of the very schema that reads them. */
export function policyTestJsonSchema(): Readonly<Record<string, unknown>> {
  const { $schema, ...schema } = z.toJSONSchema(PolicyTestFile, { target: 'draft-2020-12' });
  return {
    $schema,
    title: 'Policy tests for Chasqui',
    description: 'Who says what, and whether it is allowed: run by `chasqui policy test`',
    ...schema,
  };
}
