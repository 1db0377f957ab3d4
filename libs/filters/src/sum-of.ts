import { refusal, type Refusal } from '@chasqui/contracts';
import { fieldReader } from './field.js';
import { numberOf } from './order.js';
import type { DataRecord } from './records.js';
import { valueText } from './value-text.js';

/** The numbers in a field, texts that are numbers among them; what is missing or null is left out, anything else a `not-a-number` refusal. */
function numbersIn(what: 'sum' | 'avg', field: string, records: readonly DataRecord[]): number[] | Refusal {
  const read = fieldReader(field);
  const numbers: number[] = [];
  for (const [index, record] of records.entries()) {
    const value = read(record) ?? null;
    if (value === null) continue;
    const number = numberOf(value);
    if (number === undefined) return notANumber(what, field, index, value);
    numbers.push(number);
  }
  return numbers;
}

/** The sum, without the noise that adding binary fractions leaves: 0.1 and 0.2 are 0.3. */
export function sumOf(field: string, records: readonly DataRecord[]): number | Refusal {
  const numbers = numbersIn('sum', field, records);
  if ('kind' in numbers) return numbers;
  const sum = total(numbers);
  return Number.isFinite(sum) ? sum : refusal('not-a-number', { what: 'sum', field, value: 'too large' });
}

/** The mean; undefined where there are no numbers. */
export function averageOf(field: string, records: readonly DataRecord[]): number | undefined | Refusal {
  const numbers = numbersIn('avg', field, records);
  if ('kind' in numbers) return numbers;
  return numbers.length > 0 ? rounded(total(numbers) / numbers.length) : undefined;
}

function total(numbers: readonly number[]): number {
  return rounded(numbers.reduce((sum, number) => sum + number, 0));
}

/** Doubles have between 15 and 17 decimal digits; the last two are where the noise is. */
function rounded(number: number): number {
  return Number.isInteger(number) ? number : Number(number.toPrecision(15));
}

function notANumber(what: 'sum' | 'avg', field: string, index: number, value: unknown): Refusal {
  return refusal('not-a-number', { what, field, record: index + 1, value: valueText(value).slice(0, 60) });
}
