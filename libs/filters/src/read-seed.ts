import type { Word } from '@chasqui/command-language';
import type { Refusal } from '@chasqui/contracts';
import { filterFault, placeIn } from './filter-fault.js';
import type { Filter } from './filter.js';
import { parseJson } from './parse-json.js';
import { itemsOf } from './records-of.js';
import type { DataRecord } from './records.js';
import { scanJson } from './scan-json.js';

/** The records that are typed behind `seed`: JSON values one after the other, and of a list its items. */
export function readSeed(words: readonly Word[]): Filter | Refusal {
  if (words.length === 0) return filterFault('seed', 'wrong-words', { expected: 'JSON in single quotes' });
  const values = valuesOf(words.map((word) => word.text).join(' '));
  if ('records' in values) return { kind: 'seed', records: values.records };
  return filterFault('seed', 'bad-json', { ...placeOf(words, values.position), expected: values.expected });
}

function valuesOf(text: string): { records: DataRecord[] } | { position: number; expected: string } {
  const records: DataRecord[] = [];
  let at = 0;
  while (at < text.length || at === 0) {
    if (runsOn(text, at)) return { position: at, expected: 'a blank between two values' };
    const scanned = scanJson(text, at);
    if (!('end' in scanned)) return scanned;
    const parsed = parseJson(text.slice(at, scanned.end));
    if (!('value' in parsed)) {
      const expected = 'deeperThan' in parsed ? `at most ${parsed.deeperThan} levels` : parsed.expected;
      return { position: at, expected };
    }
    for (const record of itemsOf(parsed.value)) records.push(record);
    at = scanned.end;
  }
  return { records };
}

/** `007` is three numbers to JSON, and to nobody else. */
function runsOn(text: string, at: number): boolean {
  return at > 0 && /[\w.]/.test(text[at - 1]!) && /[\w.+-]/.test(text[at]!);
}

/** Where a position in the texts, joined by blanks, stands in the line. */
function placeOf(words: readonly Word[], position: number) {
  let start = 0;
  for (const word of words) {
    if (position <= start + word.text.length) return placeIn(word, position - start, 1);
    start += word.text.length + 1;
  }
  return placeIn(words.at(-1)!);
}
