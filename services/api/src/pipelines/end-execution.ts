import type { ExecutionState } from '@chasqui/contracts';
import type { EntityManager } from 'typeorm';
import { jsonb } from '../json.js';
import type { End } from '../runs/end-of.js';
import type { OpenExecution } from '../runs/open-execution.js';
import { chunkRows } from '../runs/output-chunks.js';

/** An execution that has ended now; `superseded` where another attempt at the same follows it. */
interface EndedExecution {
  readonly superseded: boolean;
}

/** Ends one execution of a run that goes on after it, and keeps the rest of its output. Undefined where it had ended before. */
export async function endExecution(
  manager: EntityManager,
  open: OpenExecution,
  end: End,
  { from, to }: { readonly from: readonly ExecutionState[]; readonly to: ExecutionState },
  now: number,
): Promise<EndedExecution | undefined> {
  const [rows] = await manager.query<[{ superseded_by: string | null }[], number]>(
    `update executions set state = $4, finished_at = to_timestamp($5 / 1000.0), exit_code = $6, outcome = $7::jsonb,
       epoch = greatest(epoch, $8), output_bytes = $9, dropped_bytes = $10, gap_before = $11,
       started_at = coalesce(started_at, to_timestamp($13 / 1000.0)), image_digest = $14
     where id = $1 and relay = $2 and attempt = $3 and state = any($12) returning superseded_by`,
    [
      open.id,
      open.relay,
      open.attempt,
      to,
      now,
      end.exitCode ?? null,
      jsonb(end.end),
      end.epoch ?? 0,
      end.outputBytes,
      end.droppedBytes,
      end.gapBefore ?? null,
      [...from],
      end.startedAt ?? null,
      end.imageDigest ?? null,
    ],
  );
  const [row] = rows;
  if (!row) return undefined;
  // What ends at once is not reported as started. Of many executions one says so.
  await manager.query(
    `update runs set status = 'running', started_at = coalesce(started_at, to_timestamp($2 / 1000.0))
     where id = $1 and (status = 'accepted' or status = 'running' and started_at is null)`,
    [open.address.runId, end.startedAt ?? null],
  );
  await manager.query(
    `insert into output_chunks (execution_id, epoch, seq, stream, text, bytes)
     select c.execution_id, c.epoch, c.seq, c.stream, c.text, decode(c.base64, 'base64')
     from jsonb_to_recordset($1::jsonb) as c(execution_id uuid, epoch int, seq int, stream text, text text, base64 text)
     on conflict do nothing`,
    [jsonb(chunkRows(open.id, end.epoch ?? 0, end.chunks))],
  );
  return { superseded: row.superseded_by !== null };
}
