import type { Output, OutputChunk } from '@chasqui/contracts';
import type { DataSource } from 'typeorm';
import { jsonb } from '../json.js';

/** SQL that inserts the chunks of a JSON parameter for the execution that `of` selects, ones that are there already passed over. */
export function insertChunks(of: string, parameter: string): string {
  return `insert into output_chunks (execution_id, epoch, seq, stream, text, bytes)
    select ${of}.id, c.epoch, c.seq, c.stream, c.text, decode(c.base64, 'base64')
    from ${of}, jsonb_to_recordset(${parameter}::jsonb) as c(epoch int, seq int, stream text, text text, base64 text)
    on conflict do nothing`;
}

/** Chunks as that parameter. Text with a NUL in it goes as bytes, because PostgreSQL keeps none in a text. */
export function chunksJson(chunks: readonly OutputChunk[], epoch: number): string {
  return jsonb(
    chunks.map(({ seq, stream, text, base64 }) =>
      text?.includes('\0')
        ? { epoch, seq, stream, base64: Buffer.from(text).toString('base64') }
        : { epoch, seq, stream, text, base64 },
    ),
  );
}

/** Keeps output as it comes. False where the execution is not this relay's, or is over. */
export async function keepOutput(dataSource: DataSource, report: Output): Promise<boolean> {
  const rows: unknown[] = await dataSource.query(
    `with e as (
       update executions set epoch = $4 where id = $1 and relay = $2 and attempt = $3 and epoch <= $4
       and state in ('accepted', 'running', 'lost') returning id
     ), c as (${insertChunks('e', '$5')})
     select id from e`,
    [report.executionId, report.relay, report.attempt, report.epoch, chunksJson(report.chunks, report.epoch)],
  );
  return rows.length > 0;
}

/** What is kept of an execution's output, of its latest epoch, in order, from a `seq` on. */
export async function readChunks(
  dataSource: DataSource,
  executionId: string,
  fromSeq = 0,
): Promise<(OutputChunk & { epoch: number })[]> {
  const rows: {
    epoch: number;
    seq: number;
    stream: OutputChunk['stream'];
    text: string | null;
    base64: string | null;
  }[] = await dataSource.query(
    `select c.epoch, c.seq, c.stream, c.text, encode(c.bytes, 'base64') as base64
       from output_chunks c join executions e on e.id = c.execution_id and e.epoch = c.epoch
       where c.execution_id = $1 and c.seq >= $2 order by c.seq`,
    [executionId, fromSeq],
  );
  return rows.map(({ text, base64, ...rest }) => ({
    ...rest,
    text: text ?? undefined,
    base64: base64 ?? undefined,
  }));
}
