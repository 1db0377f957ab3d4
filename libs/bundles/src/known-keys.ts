import { z } from 'zod';
import type { Path } from './finding.js';

/** The keys that a schema knows for the mapping at a path. */
export function knownKeys(schema: unknown, path: Path): string[] {
  if (schema instanceof z.ZodOptional) return knownKeys(schema.unwrap(), path);
  if (schema instanceof z.ZodUnion) return schema.options.flatMap((option) => knownKeys(option, path));
  const [part, ...rest] = path;
  if (part !== undefined) return knownKeys(within(schema, part), rest);
  return schema instanceof z.ZodObject ? Object.keys(schema.shape) : [];
}

function within(schema: unknown, part: string | number): unknown {
  if (schema instanceof z.ZodObject) return (schema.shape as Record<string | number, unknown>)[part];
  if (schema instanceof z.ZodRecord) return schema.valueType;
  return schema instanceof z.ZodArray ? schema.element : undefined;
}
