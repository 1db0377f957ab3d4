import { parseLine, type Word } from '@chasqui/command-language';
import type { Refusal } from '@chasqui/contracts';
import { applyFilter } from './apply-filter.js';
import { isFilter, readFilter } from './read-filter.js';
import type { DataRecord, Records } from './records.js';

/** What a line of nothing but filters makes of these records. */
export function runLine(line: string, input: readonly DataRecord[] = []): Records | Refusal {
  const parsed = parseLine(line);
  if ('kind' in parsed) return parsed;
  let records: Records = { records: input, view: { kind: 'auto' } };
  for (const { words } of parsed.stages) {
    const [name, ...rest] = words as [Word, ...Word[]];
    if (!isFilter(name.text)) throw new Error(`${name.text} is no filter`);
    const filter = readFilter(name.text, rest);
    if (filter.kind === 'refusal') return filter;
    // Filters are stored between reading and applying.
    const result = applyFilter(JSON.parse(JSON.stringify(filter)), records);
    if ('kind' in result) return result;
    records = result;
  }
  return records;
}

/** The records that such a line ends with; the refusal's code and facts where it is refused. */
export function recordsAfter(line: string, input?: readonly DataRecord[]): unknown {
  const result = runLine(line, input);
  return 'kind' in result ? { code: result.code, ...result.facts } : result.records;
}
