import { suggest } from '@chasqui/command-language';
import type { z } from 'zod';
import type { Complaint } from './checked-values.js';
import { error, warning, type Finding, type Path } from './finding.js';
import { isRecord } from './is-record.js';
import { knownKeys } from './known-keys.js';
import type { Format } from './read-format.js';
import { ChasquiFile, GortFile, type BundleFile } from './schema.js';
import { settleUnions } from './settle-unions.js';
import { wordOf } from './word-of.js';

type Issue = z.core.$ZodIssue;

export interface ReadShape {
  /** The data with what is no fault mended. */
  readonly data: Readonly<Record<string, unknown>>;
  /** The same, where it fits. */
  readonly file?: BundleFile;
  readonly findings: readonly Finding[];
}

/** A bundle file's data, held against its format's schema. What is empty in Gort's format counts as absent, as Gort takes it. */
export function readShape(
  format: Format,
  root: Readonly<Record<string, unknown>>,
  typed: (path: Path) => string | undefined,
): ReadShape {
  const { fitting, ...read } =
    format === 'gort' ? fitShape(GortFile, root, typed, true) : fitShape(ChasquiFile, root, typed);
  return fitting ? { ...read, file: { format, file: fitting } as BundleFile } : read;
}

/**
 * Holds the data against a schema. First it mends what is no fault: a number or a boolean where text belongs is the text that was
 * typed; unknown keys are told and left out.
 */
export function fitShape<Schema extends z.ZodType>(
  schema: Schema,
  root: Readonly<Record<string, unknown>>,
  typed: (path: Path) => string | undefined,
  asGort = false,
): Omit<ReadShape, 'file'> & { readonly fitting?: z.infer<Schema> } {
  const issues = settleUnions(schema.safeParse(root).error?.issues ?? []);
  const data = structuredClone(root) as Record<string, unknown>;
  for (const issue of issues) mend(data, issue, asGort, typed);
  const strange = issues.flatMap((issue) =>
    issue.code === 'unrecognized_keys' ? strangers(issue, schema, asGort) : [],
  );
  const result = schema.safeParse(data);
  if (result.success) return { data, fitting: result.data, findings: strange };
  return {
    data,
    findings: [
      ...strange,
      ...settleUnions(result.error.issues).flatMap((issue) => findingOf(issue, data) ?? []),
    ],
  };
}

function mend(data: unknown, issue: Issue, asGort: boolean, typed: (path: Path) => string | undefined): void {
  const path = issue.path as Path;
  if (issue.code === 'unrecognized_keys') for (const key of issue.keys) remove(valueAt(data, path), key);
  if (issue.code !== 'invalid_type' || path.length === 0) return;
  const [parent, last] = [valueAt(data, path.slice(0, -1)) as Record<string | number, unknown>, path.at(-1)!];
  const value = parent[last];
  const text = typeof value === 'number' || typeof value === 'boolean' ? typed(path) : undefined;
  if (issue.expected.split(' ').includes('string') && text !== undefined) parent[last] = text;
  if (asGort && value === null && !isCommand(path)) remove(parent, String(last));
}

function remove(parent: unknown, key: string): void {
  if (isRecord(parent)) delete parent[key];
}

function strangers(
  issue: Issue & { code: 'unrecognized_keys' },
  schema: z.ZodType,
  asGort: boolean,
): Finding[] {
  const path = issue.path as Path;
  const known = knownKeys(schema, path);
  return issue.keys.map((key) => {
    const suggestion = suggest(key, known);
    const facts = { key, known, ...(suggestion && { suggestion }) };
    return (asGort ? warning : error)('unknown-key', [...path, key], facts, { at: 'key' });
  });
}

function findingOf(issue: Issue, data: unknown): Finding | undefined {
  const path = issue.path as Path;
  const key = nameOf(path);
  const value = valueAt(data, path);
  if (issue.code === 'custom') {
    const { code, facts, inside } = issue.params as unknown as Complaint;
    return error(code, path, { key, ...facts }, inside === undefined ? undefined : { inside });
  }
  if (issue.code === 'invalid_value') {
    return error('not-allowed-value', path, { key, value: wordOf(value), allowed: issue.values.map(String) });
  }
  if (issue.code !== 'invalid_type') return undefined;
  if (value === undefined) return error('missing-key', path, { key });
  if (value === null && isCommand(path)) return error('empty-command', path, { command: key }, { at: 'key' });
  if (key === 'executable' && typeof value === 'string')
    return error('executable-is-text', path, { suggestion: asList(value) });
  return error('wrong-type', path, {
    key,
    expected: expectedOf(issue.expected),
    found: kindOf(value),
  });
}

function valueAt(data: unknown, path: Path): unknown {
  return path.reduce((value, part) => (value as Record<string | number, unknown> | undefined)?.[part], data);
}

function isCommand(path: Path): boolean {
  return path.length === 2 && path[0] === 'commands';
}

/** Several where the value may be of several kinds. */
function expectedOf(expected: string): string | string[] {
  const all = expected.split(' ').map((kind) => kinds[kind] ?? kind);
  return all.length === 1 ? all[0]! : all;
}

const kinds: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'number',
  boolean: 'boolean',
  array: 'list',
  object: 'mapping',
  record: 'mapping',
};

function kindOf(value: unknown): string {
  if (value === null) return 'nothing';
  return Array.isArray(value) ? 'list' : (kinds[typeof value] ?? typeof value);
}

/** `rules` for `/commands/x/rules`, `rules[2]` for an item of it. */
function nameOf(path: Path): string {
  const last = path.at(-1) ?? '';
  return typeof last === 'number' ? `${path.at(-2) ?? ''}[${last}]` : last;
}

/** `/bin/echo hi` as `["/bin/echo", "hi"]`. */
function asList(line: string): string {
  return JSON.stringify(line.trim().split(/\s+/)).replaceAll('","', '", "');
}
