import type { Lines } from './policy/lines.js';
import { faultSentences, readLines } from './policy/lines.js';
import { PolicyFile, type PolicyPart } from './policy/policy-file.js';

type Allowance = Required<NonNullable<PolicyPart['limits']>>;

/** What is allowed, of everything something. */
export interface Allowed extends Omit<Required<PolicyPart>, 'registries' | 'effects' | 'hours' | 'limits'> {
  /** Without any, from everywhere. */
  readonly registries?: PolicyPart['registries'];
  readonly limits: Allowance;
  /** An effect that is not in it is anybody's. */
  readonly effects: NonNullable<PolicyPart['effects']>;
  /** Without any, at any time. */
  readonly hours?: PolicyPart['hours'];
}

/**
 * What this relay's operator allows on this machine; it wins over whatever the API sends. Read from a YAML file, every part of which may be
 * left out. Without a file nothing runs as a plain process, containers run without network, root or a writable root file system.
 */
export interface Policy extends Allowed {
  readonly commands: NonNullable<PolicyFile['commands']>;
  readonly overrides: NonNullable<PolicyFile['overrides']>;
  /** Where in the file it stands. */
  readonly lines: Lines;
}

export const defaultPolicy: Policy = {
  executables: [],
  images: ['*'],
  digests: 'any',
  network: 'none',
  writableRoot: false,
  mounts: [],
  allowRoot: false,
  capabilities: [],
  warm: true,
  files: {},
  limits: { memory: 512 * 1024 ** 2, cpus: 1, pids: 256, timeout: 3_600_000, output: 10 * 1024 ** 2 },
  effects: {},
  commands: {},
  overrides: {},
  lines: {},
};

/** A policy from its YAML, or every fault in it as a sentence that begins with its line. */
export function readPolicy(yaml: string): { policy: Policy } | { faults: string[] } {
  const written = readLines(yaml);
  if ('faults' in written) return written;
  return policyFrom(written.data, written.lines);
}

/** A policy from data that stands somewhere else: faults then name no lines. */
export function policyFrom(data: unknown, lines: Lines = {}): { policy: Policy } | { faults: string[] } {
  const read = PolicyFile.safeParse(data);
  if (!read.success) return { faults: faultSentences(read.error.issues, lines) };
  const limits = { ...defaultPolicy.limits, ...read.data.limits };
  return { policy: { ...defaultPolicy, ...read.data, limits, lines } };
}

/** The longest that anything may run here, in milliseconds. */
export function longestTimeout({ limits, overrides }: Policy): number {
  return Math.max(limits.timeout, ...Object.values(overrides).map((part) => part.limits?.timeout ?? 0));
}

/** Whether the process driver has anything to do. */
export function allowsPrograms({ executables, overrides }: Policy): boolean {
  return [executables, ...Object.values(overrides).map((part) => part.executables ?? [])].some(
    ({ length }) => length > 0,
  );
}
