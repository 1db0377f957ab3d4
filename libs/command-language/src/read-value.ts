import { matchesWhole } from '@chasqui/patterns';
import type { ArgumentProblem } from './argument-problem.js';
import type { Resolve } from './bound.js';
import type { ItemType, ValueDeclaration } from './declaration.js';
import { durationText, readDuration } from './read-duration.js';
import { readInteger, readNumber } from './read-number.js';
import { suggest } from './suggest.js';

/** One value, and the text that a program gets for it. */
export interface ReadValue {
  readonly value: string | number | boolean;
  readonly text: string;
}

/** Why a text is no such value; who asked knows of what. */
export type ValueProblem = Pick<ArgumentProblem, 'problem' | 'expected' | 'values' | 'suggestion'>;

/** What a single value must be. */
export type ItemDeclaration = Pick<ValueDeclaration, 'values' | 'pattern' | 'min' | 'max'> & {
  readonly type: ItemType | 'bool';
};

/** Reads one value from its text; nothing of it is lost, or it is refused. Patterns are compiled once for each declaration. */
export function readValue(
  declaration: ItemDeclaration,
  text: string,
  resolve: Resolve,
): ReadValue | ValueProblem {
  switch (declaration.type) {
    case 'string':
      return patternProblem(declaration, text) ?? lengthProblem(declaration, text) ?? { value: text, text };
    case 'enum':
      return enumValue(declaration, text);
    case 'int':
      return sized(declaration, text, readInteger(text), wholeNumber(text), String);
    case 'number':
      return sized(declaration, text, readNumber(text), anyNumber(text), String);
    case 'duration':
      return sized(declaration, text, readDuration(text), 'a time such as 90s, 10m or 1h30m', durationText);
    case 'bool':
      return boolValue(text);
    case 'user':
      return known(resolve.user(text.replace(/^@/, '')), 'unknown-user');
    case 'channel':
      return known(resolve.channel(text.replace(/^#/, '')), 'unknown-channel');
  }
}

/** For what `readValue` returned. */
export function isValueProblem(read: ReadValue | ValueProblem): read is ValueProblem {
  return 'problem' in read;
}

function enumValue(declaration: ItemDeclaration, text: string): ReadValue | ValueProblem {
  const values = declaration.values ?? [];
  if (values.includes(text)) return patternProblem(declaration, text) ?? { value: text, text };
  const suggestion = suggest(text, values);
  return { problem: 'not-a-value', values, ...(suggestion !== undefined && { suggestion }) };
}

function boolValue(text: string): ReadValue | ValueProblem {
  const word = text.toLowerCase();
  const value = word === 'true' || word === 'yes' || word === 'on';
  if (!value && word !== 'false' && word !== 'no' && word !== 'off')
    return { problem: 'wrong-type', expected: 'true or false' };
  return { value, text: String(value) };
}

function known(
  name: string | undefined,
  problem: 'unknown-user' | 'unknown-channel',
): ReadValue | ValueProblem {
  return name === undefined ? { problem } : { value: name, text: name };
}

function sized(
  { min, max }: ItemDeclaration,
  text: string,
  value: number | undefined,
  expected: string,
  written: (size: number) => string,
): ReadValue | ValueProblem {
  if (value === undefined) return { problem: 'wrong-type', expected };
  return boundsProblem(value, min, max, written) ?? { value, text };
}

function lengthProblem({ min, max }: ItemDeclaration, text: string): ValueProblem | undefined {
  if (min === undefined && max === undefined) return undefined;
  return boundsProblem(
    Array.from(text).length,
    min,
    max,
    (size) => `${size} character${size === 1 ? '' : 's'}`,
  );
}

/** Whether a size is within its bounds. */
export function boundsProblem(
  size: number,
  min: number | undefined,
  max: number | undefined,
  written: (size: number) => string,
): ValueProblem | undefined {
  if (min !== undefined && size < min) return { problem: 'too-small', expected: `at least ${written(min)}` };
  if (max !== undefined && size > max) return { problem: 'too-large', expected: `at most ${written(max)}` };
  return undefined;
}

function patternProblem(declaration: ItemDeclaration, text: string): ValueProblem | undefined {
  if (!hasPattern(declaration) || matchesWhole(declaration, text)) return undefined;
  return { problem: 'pattern', expected: declaration.pattern };
}

function hasPattern<T extends ItemDeclaration>(
  declaration: T,
): declaration is T & { readonly pattern: string } {
  return declaration.pattern !== undefined;
}

function wholeNumber(text: string): string {
  if (/^[-+]?0\d+$/.test(text)) return 'a whole number without zeros in front';
  return /^-?\d+$/.test(text) ? 'a whole number of at most 15 digits' : 'a whole number';
}

function anyNumber(text: string): string {
  if (/^[-+]?0\d/.test(text)) return 'a number without zeros in front';
  return /^-?[\d.]+(?:e[-+]?\d+)?$/i.test(text)
    ? 'a number that loses no digit: at most 15 of them'
    : 'a number';
}
