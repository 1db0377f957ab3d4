import { refusal, type Refusal } from '@chasqui/contracts';

/** What is wrong with a line: the facts of a `bad-syntax` refusal. */
export interface SyntaxFacts {
  /** Where, in UTF-16 units from 0; at the end of the line it is the line's length. */
  readonly position: number;
  readonly length?: number;
  readonly problem: SyntaxProblem;
  /** What would have been right there. */
  readonly expected: string;
}

export type SyntaxProblem =
  | 'unterminated-quote'
  | 'trailing-escape'
  | 'control-character'
  | 'empty-stage'
  | 'missing-redirect-target'
  | 'bad-redirect-target'
  | 'redirect-before-pipe'
  | 'too-many-stages'
  | 'too-many-redirects'
  | 'comparison-as-redirect'
  | 'unterminated-variable'
  | 'bad-variable'
  | 'variable-in-command'
  | 'variable-in-redirect'
  | 'variable-in-selector'
  | 'missing-selector'
  | 'unquoted-selector'
  | 'repeated-on'
  | 'repeated-placement'
  | 'variable-in-placement'
  | 'on-and-on-each'
  | 'wait-with-on-each'
  | 'needs-on-each'
  | 'needs-waves'
  | 'bad-waves'
  | 'bad-max-failures'
  | 'bad-pause'
  | 'bad-wait';

export function syntaxFault(
  problem: SyntaxProblem,
  position: number,
  expected: string,
  length?: number,
): Refusal {
  const facts: SyntaxFacts = { position, ...(length !== undefined && { length }), problem, expected };
  return refusal('bad-syntax', { ...facts });
}
