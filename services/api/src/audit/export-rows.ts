import { actionRecord, commandRecord } from './audit-shapes.js';
import { csvRow } from './csv.js';
import type { LogRow } from './read-log.js';

type Column = readonly [title: string, value: (row: Readonly<Record<string, unknown>>) => unknown];

const plain = (...names: string[]): Column[] => names.map((name) => [name, (row) => row[name]]);
const user = (field: string): Column => [
  field,
  ({ user: who }) => (who as Record<string, unknown> | undefined)?.[field],
];

const columns: Readonly<Record<'command' | 'action', readonly Column[]>> = {
  command: [
    ['run', (row) => row['id']],
    ...plain('acceptedAt', 'finishedAt'),
    ['userId', ({ user: who }) => (who as Record<string, unknown> | undefined)?.['id']],
    user('username'),
    user('email'),
    ...plain(
      'line',
      'expanded',
      'command',
      'version',
      'image',
      'imageDigest',
      'adapter',
      'workspace',
      'channel',
    ),
    ...plain(
      'relay',
      'relays',
      'selector',
      'rules',
      'status',
      'code',
      'exitCode',
      'durationMs',
      'traceId',
      'origin',
      'method',
    ),
  ],
  action: [
    ...plain('id', 'at'),
    user('username'),
    ...plain('action'),
    ['resourceKind', ({ resource }) => (resource as Record<string, unknown> | undefined)?.['kind']],
    ['resourceName', ({ resource }) => (resource as Record<string, unknown> | undefined)?.['name']],
    ...plain(
      'result',
      'statusCode',
      'details',
      'before',
      'after',
      'method',
      'address',
      'tokenId',
      'requestId',
      'times',
    ),
  ],
};

/** Rows of a log as text: a JSON object a line, or CSV with its header. */
export async function* exportRows(
  kind: 'command' | 'action',
  format: 'ndjson' | 'csv',
  rows: AsyncIterable<LogRow>,
): AsyncGenerator<string> {
  if (format === 'csv') yield csvRow(columns[kind].map(([title]) => title));
  for await (const row of rows) {
    const record = kind === 'command' ? commandRecord(row) : actionRecord(row);
    if (format === 'ndjson') yield `${JSON.stringify(record)}\n`;
    else yield csvRow(columns[kind].map(([, value]) => value(record)));
  }
}
