import { suggest, type Word } from '@chasqui/command-language';
import type { Refusal } from '@chasqui/contracts';
import { isField } from './field.js';
import { filterFault, placeIn } from './filter-fault.js';
import { filterNames, type Filter, type FilterName, type SortField } from './filter.js';
import { parseCondition } from './parse-condition.js';
import { readAggregates } from './read-aggregates.js';
import { readSeed } from './read-seed.js';
import { readTemplate, withEscapes } from './template.js';

const names = new Set<string>(filterNames);

export function isFilter(name: string): name is FilterName {
  return names.has(name);
}

/**
 * Reads the words behind a filter's name, and checks all that can be checked without records. What is wrong is a `bad-filter`
 * refusal with its place in the line. The words may hold no variables: a filter works on all records at once, not on each.
 */
export function readFilter(name: FilterName, typed: readonly Word[]): Filter | Refusal {
  const words = takesFields.has(name) ? typed.flatMap(atCommas) : typed;
  const variable = words.find(hasVariable);
  if (variable) return filterFault(name, 'variable', placeIn(variable));
  if (words.length > mostWords) return wrong(name, words[mostWords], `at most ${mostWords} words`);
  switch (name) {
    case 'where':
      return readWhere(words);
    case 'sort':
      return readSort(words);
    case 'head':
    case 'tail':
      return readMost(name, words);
    case 'count':
    case 'unique':
      return readFields(name, words) ?? { kind: name, by: texts(words) };
    case 'sum':
      if (words.length === 0) return wrong(name, undefined, 'a field');
      return readFields(name, words) ?? { kind: name, fields: texts(words) };
    case 'table':
      return readFields(name, words) ?? { kind: name, columns: texts(words) };
    case 'pluck':
      return readPluck(words);
    case 'group':
      return readGroup(words);
    case 'json':
      return readFields(name, words) ?? tooMany(name, words, 0) ?? { kind: name };
    case 'text':
      return readText(words);
    case 'join':
      return readJoin(words);
    case 'seed':
      return readSeed(words);
    case 'echo':
      return { kind: name, text: texts(words).join(' ') };
  }
}

const mostWords = 1_000;

/** Those whose words are names of fields: `pluck name,tags` is `pluck name tags`. */
const takesFields: ReadonlySet<FilterName> = new Set([
  'sort',
  'count',
  'unique',
  'sum',
  'table',
  'pluck',
  'group',
]);

/** A word as those that its commas part; in quotes a comma belongs to the name. */
function atCommas(word: Word): readonly Word[] {
  if (word.quoted || !word.text.includes(',')) return [word];
  return Array.from(word.text.matchAll(/[^,]+/g), ({ 0: text, index }) => {
    const start = word.start + index;
    return { text, raw: text, quoted: false, start, end: start + text.length };
  });
}

/** The command language puts `parts` on a word that has variables in it. */
function hasVariable(word: Word & { readonly parts?: readonly unknown[] }): boolean {
  return word.parts?.some((part) => typeof part !== 'string') ?? false;
}

function readWhere(words: readonly Word[]): Filter | Refusal {
  if (words.length === 0) return wrong('where', undefined, 'a condition, such as status=failed');
  const option = words.find((word) => /^--\p{L}/u.test(word.text));
  const condition = parseCondition(words);
  if (condition.kind !== 'fault') return { kind: 'where', condition };
  if (option && option.start === condition.place.position) return unknownOption('where', option);
  const { place, expected, detail } = condition;
  return filterFault('where', detail === undefined ? 'bad-condition' : 'bad-pattern', {
    ...place,
    expected,
    ...(detail !== undefined && { detail }),
  });
}

function readSort(words: readonly Word[]): Filter | Refusal {
  const options = words.filter((word) => sortOptions.includes(word.text));
  const fields = words.filter((word) => !options.includes(word));
  const by: SortField[] = [];
  for (const word of fields) {
    if (isOption(word) && word.text.startsWith('--')) return unknownOption('sort', word, sortOptions);
    const turned = word.text.startsWith('-');
    const field = turned ? word.text.slice(1) : word.text;
    if (!isField(field)) return wrong('sort', word, 'a field');
    by.push({ field, descending: turned !== options.length > 0 });
  }
  // Lines of text have one field, plain values another.
  const plain = ['text', 'value'].map((field) => ({ field, descending: options.length > 0 }));
  return { kind: 'sort', by: by.length > 0 ? by : plain };
}

const sortOptions = ['--desc', '-r'];

/** `head 5`; also `head -5` and `head -n 5`, as in a shell. */
function readMost(name: 'head' | 'tail', words: readonly Word[]): Filter | Refusal {
  const given = words[0]?.text === '-n' ? words.slice(1) : words;
  const [word] = given;
  if (word === undefined && words.length > 0) return wrong(name, words[0], 'a number behind -n');
  if (word && /^--?\p{L}/u.test(word.text)) return unknownOption(name, word, ['-n']);
  if (word && !/^-?\d{1,9}$/.test(word.text)) return wrong(name, word, 'a whole number');
  return tooMany(name, given, 1) ?? { kind: name, most: word ? Math.abs(Number(word.text)) : 10 };
}

function readPluck(words: readonly Word[]): Filter | Refusal {
  if (words.length === 0) return wrong('pluck', undefined, 'a field');
  const fields = [];
  for (const word of words) {
    if (isOption(word)) return unknownOption('pluck', word);
    const equals = word.text.indexOf('=');
    const field = word.text.slice(equals + 1);
    const named = equals < 0 ? field : word.text.slice(0, equals);
    if (!isField(field) || named === '') return wrong('pluck', word, 'FIELD or NEW=FIELD');
    fields.push({ name: named, field });
  }
  return { kind: 'pluck', fields };
}

function readGroup(words: readonly Word[]): Filter | Refusal {
  const { keys, aggregates, wrongWord } = readAggregates(words);
  if (wrongWord) {
    return wrong('group', wrongWord, 'count, or sum:, avg:, min: or max: with a field');
  }
  if (keys.length === 0) return wrong('group', words[0], 'a field to group by');
  const fault = readFields('group', keys);
  if (fault) return fault;
  const made = aggregates.length > 0 ? aggregates.map((aggregate) => aggregate.name) : ['count', 'records'];
  const clash = keys.find((key) => made.includes(key.text));
  if (clash) {
    return wrong('group', clash, 'another name: the result has a field of this one. pluck can rename it');
  }
  return { kind: 'group', by: texts(keys), aggregates };
}

function readText(words: readonly Word[]): Filter | Refusal {
  const [word] = words;
  if (word === undefined) return { kind: 'text' };
  const fault = tooMany('text', words, 1, "one field, or one template in quotes: text '$name: $age'");
  if (fault) return fault;
  if (!/[$\s\\]/.test(word.text)) return readFields('text', words) ?? { kind: 'text', field: word.text };
  const template = readTemplate(word.text);
  if (typeof template === 'function') return { kind: 'text', template: word.text };
  return filterFault('text', 'wrong-words', {
    ...placeIn(word, template.position, 1),
    expected: template.expected,
  });
}

function readJoin(words: readonly Word[]): Filter | Refusal {
  const [word] = words;
  if (word && /^--\p{L}/u.test(word.text)) return unknownOption('join', word);
  const separator = word ? withEscapes(word.text) : ', ';
  return (
    tooMany('join', words, 1, 'one separator, in quotes if it has blanks') ?? { kind: 'join', separator }
  );
}

/** What is wrong with words that should be fields. */
function readFields(name: FilterName, words: readonly Word[]): Refusal | undefined {
  const bad = words.find((word) => isOption(word) || !isField(word.text));
  if (bad === undefined) {
    const clash = name === 'count' ? words.find((word) => word.text === 'count') : undefined;
    return clash && wrong(name, clash, 'another name: the result has a field count. pluck can rename it');
  }
  return isOption(bad) ? unknownOption(name, bad) : wrong(name, bad, 'a field');
}

function isOption(word: Word): boolean {
  return /^--?\p{L}/u.test(word.text);
}

function unknownOption(name: FilterName, word: Word, known: readonly string[] = []): Refusal {
  const option = word.text.split('=')[0]!;
  const suggestion = suggest(option, known);
  return filterFault(name, 'unknown-option', {
    ...placeIn(word),
    option,
    ...(suggestion !== undefined && { suggestion }),
  });
}

function tooMany(
  name: FilterName,
  words: readonly Word[],
  most: number,
  expected = 'nothing more',
): Refusal | undefined {
  return words.length > most ? wrong(name, words[most], expected) : undefined;
}

function wrong(name: FilterName, word: Word | undefined, expected: string): Refusal {
  return filterFault(name, 'wrong-words', { ...(word && placeIn(word)), expected });
}

function texts(words: readonly Word[]): string[] {
  return words.map((word) => word.text);
}
