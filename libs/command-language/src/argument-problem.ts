import { refusal, type Refusal } from '@chasqui/contracts';
import type { Span } from './command-line.js';

export type ArgumentProblemKind =
  | 'unknown-option'
  | 'repeated-option'
  | 'missing-value'
  | 'unexpected-value'
  | 'missing-option'
  | 'missing-argument'
  | 'too-many-arguments'
  | 'wrong-type'
  | 'not-a-value'
  | 'pattern'
  | 'too-small'
  | 'too-large'
  | 'unknown-user'
  | 'unknown-channel'
  | 'variable-in-name'
  | 'option-from-variable';

/** One thing that is wrong with the words of a command. Never tells a secret. */
export interface ArgumentProblem {
  readonly problem: ArgumentProblemKind;
  /** The option as people write it (`--env`, `-x`), or the positional's name. */
  readonly name: string;
  /** In the line, in UTF-16 units; none where there is nothing to point at. */
  readonly position?: number;
  readonly length?: number;
  /** What was typed. */
  readonly found?: string;
  /** What would have been right there: `a whole number`, `at least 1`. */
  readonly expected?: string;
  readonly values?: readonly string[];
  readonly suggestion?: string;
  /** How many arguments the command takes. */
  readonly most?: number;
}

/** The facts of a `bad-arguments` refusal: every problem in the order of the line, and where the first of them stands. */
export interface ArgumentFacts {
  readonly position?: number;
  readonly length?: number;
  readonly problems: readonly ArgumentProblem[];
  /** Where in the line secrets stand, as far as could be told. */
  readonly secrets: readonly Span[];
}

export function badArguments(problems: readonly ArgumentProblem[], secrets: readonly Span[] = []): Refusal {
  const inOrder = problems.toSorted((a, b) => (a.position ?? Infinity) - (b.position ?? Infinity) || 0);
  const [first] = inOrder;
  const facts: ArgumentFacts = {
    ...(first?.position !== undefined && { position: first.position, length: first.length }),
    problems: inOrder,
    secrets,
  };
  return refusal('bad-arguments', { ...facts });
}

/** As much of what was typed as a sentence about it needs. */
export function clipped(text: string): string {
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}
