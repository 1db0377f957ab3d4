import { parseLine, type Word } from '@chasqui/command-language';
import {
  applyFilter,
  isFilter,
  ndjson,
  readFilter,
  recordsOf,
  type DataRecord,
  type Filter,
  type Records,
} from '@chasqui/filters';
import { percentile } from './marks.js';

/** Pipelines of three filters over 10,000 records, reading the NDJSON included. `node bench/dist/filters.js` prints a Markdown table. */
const lines = [
  'where status=failed | sort -duration | head 10',
  'where "duration > 500 and host ~ ^web" | group dc count avg:duration | sort -count',
  `unique host | sort host -duration | text '$host in $dc took \${duration:-no} ms'`,
];
const records = 10_000;
const rounds = 30;

/** Milliseconds for each line, and how many records it ended with. */
export function benchFilters(): { line: string; p50: number; p95: number; left: number }[] {
  const output = ndjson(Array.from({ length: records }, (_, index) => recordNumber(index)));
  return lines.map((line) => {
    const filters = filtersIn(line);
    const times: number[] = [];
    let left = 0;
    for (let round = 0; round < rounds; round++) {
      const start = performance.now();
      left = run(filters, output);
      times.push(performance.now() - start);
    }
    return { line, p50: percentile(times, 0.5), p95: percentile(times, 0.95), left };
  });
}

function run(filters: readonly Filter[], output: string): number {
  const read = recordsOf('ndjson', output);
  if ('kind' in read) throw new Error(JSON.stringify(read));
  let result: Records = { records: read.records, view: { kind: 'auto' } };
  for (const filter of filters) {
    const next = applyFilter(filter, result);
    if ('kind' in next) throw new Error(JSON.stringify(next));
    result = next;
  }
  return result.records.length;
}

function filtersIn(line: string): Filter[] {
  const parsed = parseLine(line);
  if ('kind' in parsed) throw new Error(JSON.stringify(parsed));
  return parsed.stages.map(({ words }) => {
    const [name, ...rest] = words as [Word, ...Word[]];
    const filter = isFilter(name.text) ? readFilter(name.text, rest) : undefined;
    if (!filter || filter.kind === 'refusal') throw new Error(`${line}: ${JSON.stringify(filter)}`);
    return filter;
  });
}

function recordNumber(index: number): DataRecord {
  return {
    id: `run-${index}`,
    host: `${index % 3 === 0 ? 'db' : 'web'}${(index * 7_919) % 4_000}`,
    dc: ['fra', 'ams', 'nyc'][index % 3],
    status: index % 10 === 0 ? 'failed' : 'succeeded',
    duration: (index * 104_729) % 1_000,
    started: new Date(1_763_000_000_000 + index * 1_000).toISOString(),
    labels: { team: `team-${index % 17}`, tags: ['a', 'b'] },
  };
}

if (process.argv[1] === import.meta.filename) {
  process.stdout.write(
    `| ${records.toLocaleString('en')} records, with reading them | p50 (ms) | p95 (ms) |\n|---|---|---|\n`,
  );
  for (const { line, p50, p95 } of benchFilters()) {
    process.stdout.write(`| \`${line.replaceAll('|', '\\|')}\` | ${p50.toFixed(1)} | ${p95.toFixed(1)} |\n`);
  }
}
