import { refusal, type Refusal } from '@chasqui/contracts';
import type { Span, Variable, Word } from './command-line.js';
import { suggest } from './suggest.js';

/** A field that a variable stands for is not there: the facts of a `no-variable` refusal. */
export interface VariableFacts {
  /** As it was typed. */
  readonly variable: string;
  readonly position: number;
  readonly length: number;
  /**
   * There is a record without the field, or no record at all: no stage stands before this one. Or `text`: the field is there, with a NUL
   * character in it, so that no program can be given it.
   */
  readonly missing: 'field' | 'record' | 'text';
  /** Names of the fields that are there, at most 30 of them. */
  readonly fields: readonly string[];
  /** Where they are, if not in the record itself: `$a.b`. */
  readonly within?: string;
  /** The variable that was probably meant. */
  readonly suggestion?: string;
}

/**
 * The words with every variable replaced by what the record has in that field: a text as it is, anything else as JSON. A field that is
 * missing or null is the variable's default; without one that is a `no-variable` refusal. Without a record only defaults stand in.
 *
 * A word stays one word, whatever is put into it, and remembers what no person typed: nothing in there is read as an option, or split.
 */
export function fill(
  words: readonly Word[],
  record: Readonly<Record<string, unknown>> | undefined,
): readonly Word[] | Refusal {
  const filled: Word[] = [];
  for (const word of words) {
    const one = word.parts ? fillWord(word, word.parts, record) : word;
    if ('kind' in one) return one;
    filled.push(one);
  }
  return filled;
}

/** The variables in words, in the order they stand there. */
export function variablesIn(words: readonly Word[]): Variable[] {
  return words.flatMap(({ parts = [] }) => parts.filter((part) => typeof part === 'object'));
}

function fillWord(
  { raw, quoted, start, end }: Word,
  parts: readonly (string | Variable)[],
  record: Readonly<Record<string, unknown>> | undefined,
): Word | Refusal {
  const inserted: Span[] = [];
  let text = '';
  for (const part of parts) {
    if (typeof part === 'string') {
      text += part;
      continue;
    }
    const value = textOf(lookUp(part, record)) ?? part.default;
    if (value === undefined) return missing(part, record);
    if (value.includes('\0'))
      return refusal('no-variable', { ...placeOf(part), missing: 'text', fields: [] });
    inserted.push({ start: text.length, end: text.length + value.length });
    text += value;
  }
  return { text, raw, quoted, inserted, start, end };
}

/** What is in the field, or undefined. Sees only what the record itself has: nothing that a prototype lends it. */
function lookUp({ path }: Variable, record: unknown): unknown {
  let value = record;
  for (const step of path) value = stepInto(value, step);
  return value;
}

function stepInto(value: unknown, step: string | number): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value) !== (typeof step === 'number'))
    return undefined;
  return Object.hasOwn(value, step) ? (value as Record<string | number, unknown>)[step] : undefined;
}

function textOf(value: unknown): string | undefined {
  if (value === undefined || value === null) return undefined;
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function missing(variable: Variable, record: unknown): Refusal {
  let value = record;
  let depth = 0;
  for (const step of variable.path) {
    const next = stepInto(value, step);
    if (typeof next !== 'object' || next === null) break;
    value = next;
    depth++;
  }
  const place = written(variable.path.slice(0, depth));
  const names =
    typeof value === 'object' && value !== null && !Array.isArray(value) ? Object.keys(value) : [];
  const wanted = variable.path[depth];
  const meant = typeof wanted === 'string' ? suggest(wanted, names) : undefined;
  const facts: VariableFacts = {
    ...placeOf(variable),
    missing: record === undefined ? 'record' : 'field',
    fields: names.slice(0, 30),
    ...(depth > 0 && { within: `$${place}` }),
    ...(meant !== undefined &&
      meant !== wanted && { suggestion: variableNamed([...variable.path.slice(0, depth), meant]) }),
  };
  return refusal('no-variable', { ...facts });
}

function placeOf({ raw, start, end }: Variable): Pick<VariableFacts, 'variable' | 'position' | 'length'> {
  return { variable: raw, position: start, length: end - start };
}

function variableNamed(path: readonly (string | number)[]): string {
  const name = written(path);
  return /^[\p{L}\p{M}\p{N}_.[\]]*$/u.test(name) ? `$${name}` : `\${${name}}`;
}

function written(path: readonly (string | number)[]): string {
  return path
    .map((step, index) => (typeof step === 'number' ? `[${step}]` : index > 0 ? `.${step}` : step))
    .join('');
}
