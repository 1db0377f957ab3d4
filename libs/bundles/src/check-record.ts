import { Validator, type Schema } from '@cfworker/json-schema';

/** One place where a record is not as its schema says. */
export interface RecordFault {
  /** JSON pointer into the record; empty for the record itself. */
  readonly pointer: string;
  /** The keyword of the schema that does not hold: `type`, `required`. */
  readonly keyword: string;
  /** What it says, in English, from the library that checks. */
  readonly detail: string;
}

const most = 20;

/**
 * What in a record is not as a command's `outputSchema` says; empty where all of it is. The schema must come from a bundle that was read:
 * then it holds nothing that could take long. It is compiled once, for as long as somebody holds it.
 */
export function checkRecord(schema: Readonly<Record<string, unknown>>, record: unknown): RecordFault[] {
  let validator = validators.get(schema);
  if (!validator) {
    validator = new Validator(withoutFormats(schema) as Schema, '2020-12', false);
    validators.set(schema, validator);
  }
  const { valid, errors } = validator.validate(record);
  if (valid) return [];
  return errors
    .filter(({ keyword }, index) => !isSummary(keyword) || index === errors.length - 1)
    .slice(0, most)
    .map(({ instanceLocation, keyword, error }) => ({
      pointer: instanceLocation.replace(/^#/, ''),
      keyword,
      detail: error,
    }));
}

const validators = new WeakMap<object, Validator>();

/** `properties` only says that something under it is wrong, which is told by itself. */
function isSummary(keyword: string): boolean {
  return ['properties', 'items', 'prefixItems', '$ref', 'allOf', 'additionalProperties'].includes(keyword);
}

/** `format` is a remark in 2020-12 and not checked; the library would, with regular expressions of its own. */
function withoutFormats(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(withoutFormats);
  if (typeof schema !== 'object' || schema === null) return schema;
  return Object.fromEntries(
    Object.entries(schema)
      .filter(([key, value]) => key !== 'format' || typeof value !== 'string')
      .map(([key, value]) => [key, plain.includes(key) ? value : withoutFormats(value)]),
  );
}

/** What stands under these is data, not schemas. */
const plain = ['const', 'enum', 'default', 'examples'];
