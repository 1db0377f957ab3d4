import type { Facts } from '@chasqui/contracts';

/** What can be wrong with a template. Stable; sentences live in `wording/template-faults.ts`. */
export const templateFaultCodes = [
  'too-long',
  'too-deep',
  'bad-syntax',
  'not-closed',
  'unknown-tag',
  'misplaced-tag',
  'unknown-filter',
  'unknown-variable',
  'no-ranges',
  'bad-words',
  'unknown-word',
  'bad-color',
  'block-inside',
  'too-slow',
  'too-much-memory',
  'too-much-output',
  'failed',
] as const;
export type TemplateFaultCode = (typeof templateFaultCodes)[number];

/** One thing that is wrong with a template, found when it was read or while it was filled in. Lines and columns (UTF-16) count from 1. */
export interface TemplateFault {
  readonly code: TemplateFaultCode;
  readonly line: number;
  readonly column: number;
  readonly facts: Facts;
}

export function isTemplateFault(value: unknown): value is TemplateFault {
  return typeof value === 'object' && value !== null && 'code' in value && 'column' in value;
}

/** Thrown by our own tags, and caught where the template engine is called. `at` is the place in the template, in UTF-16 units from 0. */
export class TemplateProblem extends Error {
  constructor(
    readonly code: TemplateFaultCode,
    readonly facts: Facts = {},
    readonly at?: number,
  ) {
    super(code);
  }
}

/** The fault at a place in a template. */
export function faultAt(text: string, at: number, code: TemplateFaultCode, facts: Facts = {}): TemplateFault {
  const before = text.slice(0, at);
  const lineStart = before.lastIndexOf('\n') + 1;
  return { code, line: before.split('\n').length, column: at - lineStart + 1, facts };
}
