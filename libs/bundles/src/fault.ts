import type { Facts } from '@chasqui/contracts';

/** Everything that can be wrong with a bundle file. Stable. The sentences are in `replies/src/wording/bundle-faults.ts`. */
export const faultCodes = [
  'too-large',
  'bad-yaml',
  'several-documents',
  'empty-document',
  'not-a-mapping',
  'too-deep',
  'too-many-values',
  'endless-alias',
  'unknown-alias',
  'bad-key',
  'duplicate-key',
  'no-format',
  'two-formats',
  'unsupported-format',
  'unknown-key',
  'ignored-key',
  'missing-key',
  'wrong-type',
  'not-allowed-value',
  'empty-text',
  'empty-command',
  'executable-is-text',
  'bad-name',
  'reserved-name',
  'bad-version',
  'loose-version',
  'bad-image',
  'old-docker',
  'bad-duration',
  'bad-size',
  'bad-number',
  'nul-character',
  'bad-env-name',
  'reserved-env-name',
  'bad-selector',
  'bad-rule',
  'rule-of-other-command',
  'duplicate-rule',
  'no-commands',
  'no-description',
  'no-rules',
  'undeclared-permission',
  'foreign-permission',
  'unused-permission',
  'duplicate-permission',
  'nothing-to-run',
  'executable-not-absolute',
  'more-faults',
] as const;
export type FaultCode = (typeof faultCodes)[number];

/** One thing that is wrong with a bundle file, and where. With an error there is no bundle; warnings leave one. */
export interface Fault {
  readonly severity: 'error' | 'warning';
  readonly code: FaultCode;
  /** Texts of the file in it are cut to 200 characters. */
  readonly facts: Facts;
  /** From 1. */
  readonly line: number;
  /** From 1, in UTF-16 units, as editors count. */
  readonly column: number;
  /** JSON pointer (RFC 6901) to the value at fault, or to where the missing one belongs. */
  readonly pointer: string;
}
