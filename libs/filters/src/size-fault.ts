import { refusal, type Refusal } from '@chasqui/contracts';
import type { DataRecord } from './records.js';

/** What one stage may make, counted as JSON. Filters can name a long field many times; without a limit a short line could fill the memory. */
export const mostCharacters = 16 * 2 ** 20;

const deepest = 100;

/** Why records cannot be passed on: `too-much-data`. Stops counting as soon as it is too much. */
export function sizeFault(records: readonly DataRecord[]): Refusal | undefined {
  let left = mostCharacters;
  for (const record of records) {
    left = take(record, left, deepest);
    if (left < 0) return left === tooDeep ? fault('depth', deepest) : fault('characters', mostCharacters);
  }
  return undefined;
}

/** A line for each record; `more` characters stand between two of them. Refused as `too-much-data`. */
export function linesOf(
  records: readonly DataRecord[],
  toLine: (record: DataRecord) => string,
  more = 0,
): string[] | Refusal {
  const lines: string[] = [];
  let left = mostCharacters;
  for (const record of records) {
    const line = toLine(record);
    left -= line.length + more;
    if (left < 0) return fault('characters', mostCharacters);
    lines.push(line);
  }
  return lines;
}

function fault(what: 'characters' | 'depth', most: number): Refusal {
  return refusal('too-much-data', { what, most });
}

const tooDeep = Number.NEGATIVE_INFINITY;

/** What is left after this value; negative as soon as nothing is. */
function take(value: unknown, left: number, depth: number): number {
  if (typeof value === 'string') return left - value.length - 2;
  if (typeof value !== 'object' || value === null) return left - 4;
  if (depth === 0) return tooDeep;
  let rest = left - 2;
  for (const key in value) {
    rest = take((value as Record<string, unknown>)[key], rest - key.length - 4, depth - 1);
    if (rest < 0) return rest;
  }
  return rest;
}
