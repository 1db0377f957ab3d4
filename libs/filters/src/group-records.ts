import type { Refusal } from '@chasqui/contracts';
import { fieldReader } from './field.js';
import type { Aggregate } from './filter.js';
import { identityOf } from './identity.js';
import { compareOrdered, ordered } from './order.js';
import { recordFrom } from './record-from.js';
import type { DataRecord } from './records.js';
import { averageOf, sumOf } from './sum-of.js';

/** How many records there are of each combination of values, in the order in which they first appear. */
export function countBy(records: readonly DataRecord[], fields: readonly string[]): DataRecord[] {
  return groupsOf(records, fields).map(({ keys, members }) =>
    recordFrom([...keys, ['count', members.length]]),
  );
}

/** The same with what is asked of each group; where nothing is, their number and the records themselves. A missing field is null. */
export function groupBy(
  records: readonly DataRecord[],
  fields: readonly string[],
  aggregates: readonly Aggregate[],
): DataRecord[] | Refusal {
  const made: DataRecord[] = [];
  for (const { keys, members } of groupsOf(records, fields)) {
    if (aggregates.length === 0) {
      made.push(recordFrom([...keys, ['count', members.length], ['records', members]]));
      continue;
    }
    const results: [string, unknown][] = [];
    for (const aggregate of aggregates) {
      const result = resultOf(aggregate, members);
      if ('kind' in result) return result;
      results.push([aggregate.name, result.value ?? null]);
    }
    made.push(recordFrom([...keys, ...results]));
  }
  return made;
}

interface Group {
  readonly keys: readonly (readonly [string, unknown])[];
  readonly members: DataRecord[];
}

function groupsOf(records: readonly DataRecord[], fields: readonly string[]): Group[] {
  const identity = identityOf(fields);
  const readers = fields.map(fieldReader);
  const groups = new Map<string, Group>();
  for (const record of records) {
    const key = identity(record);
    let group = groups.get(key);
    if (!group) {
      const keys = fields.map((field, index) => [field, readers[index]!(record) ?? null] as const);
      groups.set(key, (group = { keys, members: [] }));
    }
    group.members.push(record);
  }
  return [...groups.values()];
}

function resultOf(aggregate: Aggregate, members: readonly DataRecord[]): { value: unknown } | Refusal {
  switch (aggregate.of) {
    case 'count':
      return { value: members.length };
    case 'sum':
      return asResult(sumOf(aggregate.field, members));
    case 'avg':
      return asResult(averageOf(aggregate.field, members));
    case 'min':
      return { value: extreme(aggregate.field, members, -1) };
    case 'max':
      return { value: extreme(aggregate.field, members, 1) };
  }
}

function asResult(number: number | undefined | Refusal): { value: unknown } | Refusal {
  return typeof number === 'object' ? number : { value: number };
}

/** The first value that none comes before (`side` -1) or behind (1) in the order of `sort`; what is missing is left out. */
function extreme(field: string, members: readonly DataRecord[], side: -1 | 1): unknown {
  const read = fieldReader(field);
  let best: { value: unknown; key: ReturnType<typeof ordered> } | undefined;
  for (const member of members) {
    const value = read(member);
    const key = ordered(value);
    if (key.rank === 'missing') continue;
    if (!best || compareOrdered(key, best.key) * side > 0) best = { value, key };
  }
  return best?.value;
}
