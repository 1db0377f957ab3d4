import { isDeepStrictEqual } from 'node:util';
import type { Bundle } from './bundle.js';
import { isRecord } from './is-record.js';

/** One thing that is not the same in two bundles. */
export interface BundleDifference {
  readonly change: 'added' | 'removed' | 'changed';
  /** What it is, as a file spells it: `["commands", "restart", "rules"]`, `["permissions", "ops:read"]`, `["description"]`. */
  readonly at: readonly string[];
}

type Fields = Readonly<Record<string, unknown>>;

/**
 * What differs between two readings of a bundle: each command, option, variable, configuration key and permission by its name,
 * anything else by its key. Empty where files differ in comments, order or layout only.
 */
export function diffBundles(before: Bundle, after: Bundle): BundleDifference[] {
  return diffFields(byName(before), byName(after), []);
}

function diffFields(before: Fields, after: Fields, at: readonly string[]): BundleDifference[] {
  return [...new Set([...Object.keys(before), ...Object.keys(after)])].flatMap((key): BundleDifference[] => {
    const here = [...at, at.length % 2 === 0 ? (spellings.get(key) ?? key) : key];
    const [old, now] = [own(before, key), own(after, key)];
    if (isDeepStrictEqual(old, now)) return [];
    if (isGroup(here) && isRecord(old ?? {}) && isRecord(now ?? {}))
      return diffFields((old ?? {}) as Fields, (now ?? {}) as Fields, here);
    if (isCommand(here) && isRecord(old) && isRecord(now)) return diffFields(old, now, here);
    return [{ change: old === undefined ? 'added' : now === undefined ? 'removed' : 'changed', at: here }];
  });
}

function own(fields: Fields, key: string): unknown {
  return Object.hasOwn(fields, key) ? fields[key] : undefined;
}

/** Mappings whose members are told one by one. */
function isGroup(at: readonly string[]): boolean {
  const groups = ['commands', 'permissions', 'config', 'templates', 'options', 'env'];
  return at.length % 2 === 1 && groups.includes(at.at(-1)!);
}

function isCommand(at: readonly string[]): boolean {
  return at.length === 2 && at[0] === 'commands';
}

/** Lists of what has names as mappings: their order is no difference. */
function byName({ permissions, commands, config, ...others }: Bundle): Fields {
  return {
    ...others,
    permissions: Object.fromEntries(permissions.map((name) => [name, name])),
    config: named(config ?? []),
    commands: named(commands.map((command) => ({ ...command, options: named(command.options ?? []) }))),
  };
}

function named(list: readonly { readonly name: string }[]): Fields {
  return Object.fromEntries(list.map((one) => [one.name, one]));
}

/** What a file calls otherwise than we do. */
const spellings: ReadonlyMap<string, string> = new Map([
  ['longDescription', 'long_description'],
  ['timeoutMs', 'timeout'],
  ['stopGraceMs', 'stop-grace'],
  ['noRelayWaitMs', 'no-relay'],
  ['writableRoot', 'writable-root'],
  ['onError', 'on-error'],
  ['outputSchema', 'output-schema'],
]);
