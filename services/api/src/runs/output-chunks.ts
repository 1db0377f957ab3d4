import type { Output, OutputChunk } from '@chasqui/contracts';
import type { DataSource } from 'typeorm';
import { jsonb } from '../json.js';
import { prepared } from '../prepared.js';

/** Chunks as they go into a statement. Text with a NUL in it goes as bytes, because PostgreSQL keeps none in a text. */
export function chunkRows(executionId: string, epoch: number, chunks: readonly OutputChunk[]) {
  return chunks.map(({ seq, stream, text, base64 }) => {
    const whole = { execution_id: executionId, epoch, seq, stream };
    return text?.includes('\0')
      ? { ...whole, base64: Buffer.from(text).toString('base64') }
      : { ...whole, text, base64 };
  });
}

const insert = prepared(
  'output',
  `with e as (
     update executions set epoch = $4 where id = $1 and relay = $2 and attempt = $3 and epoch <= $4
     and state in ('accepted', 'running', 'lost') returning id
   ), c as (
     insert into output_chunks (execution_id, epoch, seq, stream, text, bytes)
     select e.id, c.epoch, c.seq, c.stream, c.text, decode(c.base64, 'base64')
     from e, jsonb_to_recordset($5::jsonb) as c(epoch int, seq int, stream text, text text, base64 text)
     on conflict do nothing
   )
   select id from e`,
);

/** What an end has overtaken: of the epoch that it ended in, and no more than it said there was. */
const insertLate = prepared(
  'late output',
  `insert into output_chunks (execution_id, epoch, seq, stream, text, bytes)
   select e.id, c.epoch, c.seq, c.stream, c.text, decode(c.base64, 'base64')
   from executions e, jsonb_to_recordset($5::jsonb) as c(epoch int, seq int, stream text, text text, base64 text)
   where e.id = $1 and e.relay = $2 and e.attempt = $3 and e.epoch = $4 and e.state in ('succeeded', 'failed', 'timed-out', 'cancelled')
     and e.output_bytes - e.dropped_bytes >= (
       select coalesce(sum(octet_length(coalesce(o.text, '')) + coalesce(length(o.bytes), 0)), 0) from output_chunks o
       where o.execution_id = e.id and o.epoch = e.epoch
     ) + $6
   on conflict do nothing returning execution_id as id`,
);

/** Keeps output as it comes. False where the execution is not this relay's, or is over and had said all that it printed. */
export async function keepOutput(dataSource: DataSource, report: Output): Promise<boolean> {
  const { executionId, relay, attempt, epoch, chunks } = report;
  const values = [executionId, relay, attempt, epoch, jsonb(chunkRows(executionId, epoch, chunks))];
  const rows = await insert(dataSource, values);
  if (rows.length > 0) return true;
  const late = await insertLate(dataSource, [...values, bytesOf(chunks)]);
  return late.length > 0;
}

/** How much they have of what was printed, in bytes. */
export function bytesOf(chunks: readonly OutputChunk[]): number {
  return chunks.reduce(
    (sum, { text, base64 }) =>
      sum + Buffer.byteLength(text ?? '') + Buffer.byteLength(base64 ?? '', 'base64'),
    0,
  );
}

/** How much its relay says that an execution printed and it kept, and is not among these chunks, in bytes. */
export function missingBytes(
  { outputBytes, droppedBytes }: { readonly outputBytes: number; readonly droppedBytes: number },
  chunks: readonly OutputChunk[],
): number {
  return Math.max(0, outputBytes - droppedBytes - bytesOf(chunks));
}

const select = prepared(
  'read output',
  `select c.epoch, c.seq, c.stream, c.text, encode(c.bytes, 'base64') as base64
   from output_chunks c join executions e on e.id = c.execution_id and e.epoch = c.epoch
   where c.execution_id = $1 and c.seq >= $2 order by c.seq`,
);

/** What is kept of an execution's output, of its latest epoch, in order, from a `seq` on. */
export async function readChunks(
  dataSource: DataSource,
  executionId: string,
  fromSeq = 0,
): Promise<(OutputChunk & { epoch: number })[]> {
  const rows = await select<{
    epoch: number;
    seq: number;
    stream: OutputChunk['stream'];
    text: string | null;
    base64: string | null;
  }>(dataSource, [executionId, fromSeq]);
  return rows.map(({ text, base64, ...rest }) => ({
    ...rest,
    text: text ?? undefined,
    base64: base64 ?? undefined,
  }));
}
