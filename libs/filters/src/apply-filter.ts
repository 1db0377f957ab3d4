import type { Refusal } from '@chasqui/contracts';
import { countBy, groupBy } from './group-records.js';
import { fieldReader } from './field.js';
import type { Filter, NamedField, SortField } from './filter.js';
import { holds } from './holds.js';
import { identityOf } from './identity.js';
import { compareOrdered, ordered } from './order.js';
import { recordFrom } from './record-from.js';
import type { DataRecord, Records, View } from './records.js';
import { linesOf, sizeFault } from './size-fault.js';
import { sumOf } from './sum-of.js';
import { readTemplate } from './template.js';
import { recordText, valueText } from './value-text.js';

/**
 * What a filter makes of records, without changing them. Refused: `not-a-number`, where texts are to be added up; `too-much-data`,
 * where fields repeated many times over would fill the memory.
 *
 * How the result is to be drawn is kept by what only chooses and orders, and forgotten by what makes other records.
 */
export function applyFilter(filter: Filter, input: Records): Records | Refusal {
  const { records, view } = input;
  switch (filter.kind) {
    case 'where':
      return { records: records.filter(holds(filter.condition)), view };
    case 'sort':
      return { records: sorted(records, filter.by), view };
    case 'head':
      return { records: records.slice(0, filter.most), view };
    case 'tail':
      return { records: filter.most === 0 ? [] : records.slice(-filter.most), view };
    case 'unique':
      return { records: unique(records, filter.by), view };
    case 'count':
      if (filter.by.length === 0) return made([{ count: records.length }]);
      return made(countBy(records, filter.by));
    case 'sum': {
      const sums: [string, number][] = [];
      for (const field of filter.fields) {
        const sum = sumOf(field, records);
        if (typeof sum !== 'number') return sum;
        sums.push([field, sum]);
      }
      return made([recordFrom(sums)]);
    }
    case 'pluck':
      return within(records.map(plucking(filter.fields)));
    case 'group': {
      const groups = groupBy(records, filter.by, filter.aggregates);
      return 'kind' in groups ? groups : within(groups);
    }
    case 'table':
      return {
        records,
        view: { kind: 'table', ...(filter.columns.length > 0 && { columns: filter.columns }) },
      };
    case 'json':
      return { records, view: { kind: 'json' } };
    case 'text': {
      const lines = linesOf(records, lining(filter));
      return 'kind' in lines ? lines : made(asRecords(lines), { kind: 'text' });
    }
    case 'join': {
      const lines = linesOf(records, recordText, filter.separator.length);
      return 'kind' in lines ? lines : made(asRecords([lines.join(filter.separator)]), { kind: 'text' });
    }
    case 'seed':
      return made(filter.records);
    case 'echo':
      return made(asRecords([filter.text]));
  }
}

function made(records: readonly DataRecord[], view: View = { kind: 'auto' }): Records {
  return { records, view };
}

function within(records: readonly DataRecord[]): Records | Refusal {
  return sizeFault(records) ?? made(records);
}

function asRecords(lines: readonly string[]): DataRecord[] {
  return lines.map((text) => ({ text }));
}

/** Stable: what is equal stays as it was. What is missing comes last, whichever way round. */
function sorted(records: readonly DataRecord[], by: readonly SortField[]): DataRecord[] {
  const readers = by.map(({ field }) => fieldReader(field));
  const keyed = records.map((record) => ({ record, keys: readers.map((read) => ordered(read(record))) }));
  keyed.sort((a, b) => {
    for (const [index, { descending }] of by.entries()) {
      const [left, right] = [a.keys[index]!, b.keys[index]!];
      const order = compareOrdered(left, right);
      const missing = left.rank === 'missing' || right.rank === 'missing';
      if (order !== 0) return descending && !missing ? -order : order;
    }
    return 0;
  });
  return keyed.map(({ record }) => record);
}

function unique(records: readonly DataRecord[], by: readonly string[]): DataRecord[] {
  const identity = identityOf(by);
  const seen = new Set<string>();
  return records.filter((record) => seen.size < seen.add(identity(record)).size);
}

function plucking(fields: readonly NamedField[]): (record: DataRecord) => DataRecord {
  const readers = fields.map(({ name, field }) => ({ name, read: fieldReader(field) }));
  return (record) => recordFrom(readers.map(({ name, read }) => [name, read(record)]));
}

function lining({ field, template }: Filter & { kind: 'text' }): (record: DataRecord) => string {
  if (template !== undefined) {
    const fill = readTemplate(template);
    // It was read before it was stored.
    if (typeof fill !== 'function') throw new Error(`a template that cannot be read: ${template}`);
    return fill;
  }
  if (field === undefined) return recordText;
  const read = fieldReader(field);
  return (record) => valueText(read(record));
}
