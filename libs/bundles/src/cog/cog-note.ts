import type { Facts } from '@chasqui/contracts';
import type { Fault, FaultCode } from '../fault.js';

/** What can happen to a part of a Cog bundle on its way. Stable. The sentences are in `replies/src/wording/cog-notes.ts`. */
export const cogNoteCodes = [
  'renamed',
  'no-version',
  'no-description',
  'unknown-key',
  'nul-character',
  'docker-rights',
  'native',
  'no-tag',
  'executable-searched',
  'no-executable',
  'mounts',
  'bad-mount',
  'config-open',
  'config-and-env',
  'bad-variable',
  'undeclared-permission',
  'foreign-permission',
  'bad-permission',
  'no-rules',
  'bad-rule',
  'rule-of-other-command',
  'rules-merged',
  'rule-stricter',
  'rule-tie',
  'rule-never-held',
  'unknown-option-type',
  'bad-short',
  'duplicate-short',
  'reserved-option',
  'help-option',
  'undeclared-option',
  'any-arguments',
  'arguments-not-read',
  'more-arguments',
  'examples-kept-as-text',
  'command-left-out',
  'template-not-carried',
  'template-mustache',
  'template-markup',
  'template-titles',
  'template-part-left-out',
  'git-style-names',
] as const;
export type CogNoteCode = (typeof cogNoteCodes)[number];

/** Something of a Cog bundle that could not be carried over as it was, or about which something was decided. */
export interface CogNote {
  readonly code: CogNoteCode;
  readonly facts: Facts;
  /** Where in the Cog file, from 1; columns in UTF-16 units. */
  readonly line: number;
  readonly column: number;
  /** JSON pointer (RFC 6901). */
  readonly pointer: string;
}

export const cogFaultCodes = ['not-cog', 'cog-version', 'nothing-left', 'not-readable'] as const;

/** Why a file cannot be converted at all. */
export type CogFault = Omit<Fault, 'code'> & { readonly code: FaultCode | (typeof cogFaultCodes)[number] };
