import type { Word } from '@chasqui/command-language';
import { refusal, type Refusal } from '@chasqui/contracts';
import { usageOf } from './filter-help.js';
import type { FilterName } from './filter.js';

/** What is wrong with a filter: the facts of a `bad-filter` refusal. Positions are the line's, in UTF-16 units from 0. */
export interface FilterFacts {
  readonly filter: FilterName;
  readonly usage: string;
  readonly problem: FilterProblem;
  readonly position?: number;
  readonly length?: number;
  /** What would have been right there. */
  readonly expected?: string;
  readonly option?: string;
  /** The option that was probably meant. */
  readonly suggestion?: string;
  /** What the pattern's reader says. */
  readonly detail?: string;
}

export type FilterProblem =
  | 'variable'
  | 'unknown-option'
  | 'wrong-words'
  | 'bad-condition'
  | 'bad-pattern'
  | 'bad-json'
  | 'only-first'
  | 'never-first';

/** A part of the line. */
export interface Place {
  readonly position: number;
  readonly length: number;
}

export function filterFault(
  filter: FilterName,
  problem: FilterProblem,
  more: Omit<FilterFacts, 'filter' | 'usage' | 'problem'> = {},
): Refusal {
  const facts: FilterFacts = { filter, problem, usage: usageOf(filter), ...more };
  return refusal('bad-filter', { ...facts });
}

/** Where a part of a word's text stands in the line: all of the word, where quotes and escapes hide that. */
export function placeIn(word: Word, offset?: number, length?: number): Place {
  return placesIn(word)(offset, length);
}

/** The same for many parts of one word. */
export function placesIn(word: Word): (offset?: number, length?: number) => Place {
  const inside = word.raw.indexOf(word.text);
  const whole = { position: word.start, length: word.end - word.start };
  return (offset, length) =>
    offset === undefined || inside < 0
      ? whole
      : { position: word.start + inside + offset, length: length ?? word.text.length - offset };
}
