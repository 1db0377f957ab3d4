import {
  isValueProblem,
  readDuration,
  readValue,
  type ItemType,
  type Resolve,
  type Value,
  type ValueDeclaration,
  type ValueProblem,
  type ValueType,
} from '@chasqui/command-language';

/** As `default` stands in a file: each scalar as it was typed. */
export type Typed = string | readonly string[];

/** Nobody is known where a bundle is read: every name may be somebody's. */
export const anybody: Resolve = { user: (name) => name, channel: (name) => name };

/** A value as it was typed, converted and held against its declaration the way a typed option is; or why it does not fit. */
export function readTyped(declared: ValueDeclaration, typed: Typed): { value: Value } | ValueProblem {
  const { type } = declared;
  if (type === 'list') return readItems(declared, typeof typed === 'string' ? typed.split(',') : typed);
  if (typeof typed !== 'string') return { problem: 'wrong-type', expected: 'a single value' };
  if (type === 'count') return readCount(declared, typed);
  return readValue({ ...declared, type }, typed, anybody);
}

/** The same for what takes all words that are left: each is held against the declaration. */
export function readEach(declared: ValueDeclaration, typed: Typed): { value: Value } | ValueProblem {
  const read = [typed].flat().map((text) => readTyped(declared, text));
  const problem = read.find((one) => 'problem' in one);
  return problem ?? { value: read.map((one) => ('value' in one ? (one.value as string | number) : '')) };
}

function readItems(declared: ValueDeclaration, texts: readonly string[]): { value: Value } | ValueProblem {
  const { of: type = 'string', values, pattern } = declared;
  const item = { type, ...(values && { values }), ...(pattern !== undefined && { pattern }) };
  const read = texts.map((text) => readValue(item, text, anybody));
  const problem = read.find((one) => isValueProblem(one)) ?? sizeProblem(declared, texts.length, ' items');
  return problem ?? { value: read.map((one) => ('value' in one ? (one.value as string | number) : '')) };
}

function readCount(declared: ValueDeclaration, text: string): { value: Value } | ValueProblem {
  if (!/^\d{1,6}$/.test(text)) return { problem: 'wrong-type', expected: 'a whole number from 0' };
  return sizeProblem(declared, Number(text), '') ?? { value: Number(text) };
}

function sizeProblem({ min, max }: ValueDeclaration, size: number, what: string): ValueProblem | undefined {
  if (min !== undefined && size < min) return { problem: 'too-small', expected: `at least ${min}${what}` };
  if (max !== undefined && size > max) return { problem: 'too-large', expected: `at most ${max}${what}` };
  return undefined;
}

/** What `min` or `max` says for a value of this type: a number, of a duration its milliseconds. Undefined where it says nothing. */
export function readBound(type: ValueType, typed: string): number | undefined {
  if (type === 'duration') return readDuration(typed);
  const item: ItemType = type === 'number' ? 'number' : 'int';
  const read = readValue(
    { type: item, ...(type !== 'int' && type !== 'number' && { min: 0 }) },
    typed,
    anybody,
  );
  return 'value' in read ? Number(read.value) : undefined;
}
