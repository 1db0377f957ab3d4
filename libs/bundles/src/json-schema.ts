import { z } from 'zod';
import { ChasquiFile } from './schema.js';

/**
 * The JSON Schema (2020-12) of our bundle format, for editors, made of the very schema that reads bundles. What only a program can check
 * (a rule that parses, a permission that is declared) is left to `chasqui bundle lint`.
 */
export function bundleJsonSchema(): Readonly<Record<string, unknown>> {
  const { $schema, ...schema } = z.toJSONSchema(ChasquiFile, { target: 'draft-2020-12' });
  return {
    $schema,
    title: 'A Chasqui bundle',
    description: 'chasqui_bundle_version: 1',
    ...schema,
  };
}
