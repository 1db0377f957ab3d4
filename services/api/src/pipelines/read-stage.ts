import type { ExecutionState, OutputChunk } from '@chasqui/contracts';
import type { FinishedView, RunEnd } from '@chasqui/replies';
import type { EntityManager } from 'typeorm';
import type { End } from '../runs/end-of.js';
import type { OpenExecution } from '../runs/open-execution.js';

/** One execution of a stage as it stands, with what it printed. */
export interface StageItem {
  readonly id: string;
  readonly item: number;
  readonly state: ExecutionState;
  readonly relay: string;
  readonly exitCode?: number;
  readonly code?: string;
  readonly output: readonly (OutputChunk & { epoch: number })[];
  readonly droppedBytes: number;
  readonly gapBefore?: number;
  readonly timeoutMs: number;
  readonly outcome: RunEnd | null;
  /** The end as it was reported, without its output: that is in `output`. */
  readonly ended: End;
}

/** Reads a stage's executions in the order of their items; output is read only where all of them have ended. */
export async function readStage(manager: EntityManager, runId: string, stage: number): Promise<StageItem[]> {
  const rows = await manager.query<Row[]>(
    `select id, item, state, relay, exit_code, outcome, dropped_bytes, gap_before, epoch, timeout_ms, output_bytes from executions
     where run_id = $1 and stage = $2 order by item`,
    [runId, stage],
  );
  const isOpen = rows.some(({ state }) => ['waiting', 'accepted', 'running'].includes(state));
  const output = isOpen ? new Map<string, Chunk[]>() : await readOutput(manager, rows);
  return rows.map((row) => toItem(row, output.get(row.id) ?? []));
}

type Chunk = OutputChunk & { epoch: number };

interface Row {
  readonly id: string;
  readonly item: number;
  readonly state: ExecutionState;
  readonly relay: string;
  readonly exit_code: number | null;
  readonly outcome: RunEnd | null;
  readonly dropped_bytes: string;
  readonly output_bytes: string;
  readonly gap_before: number | null;
  readonly epoch: number;
  readonly timeout_ms: string;
}

function toItem(row: Row, output: readonly Chunk[]): StageItem {
  const { id, item, state, relay, outcome } = row;
  const exitCode = row.exit_code ?? undefined;
  const gapBefore = row.gap_before ?? undefined;
  const droppedBytes = Number(row.dropped_bytes);
  const end = outcome ?? { kind: 'cancelled' as const };
  const code = 'code' in end ? end.code : undefined;
  return {
    id,
    item,
    state,
    relay,
    exitCode,
    code,
    output,
    droppedBytes,
    gapBefore,
    timeoutMs: Number(row.timeout_ms),
    outcome,
    ended: {
      who: 'relay',
      event: 'succeeded',
      end,
      exitCode,
      epoch: row.epoch,
      chunks: [],
      outputBytes: Number(row.output_bytes),
      droppedBytes,
      gapBefore,
    },
  };
}

async function readOutput(manager: EntityManager, rows: readonly Row[]): Promise<Map<string, Chunk[]>> {
  const chunks = await manager.query<
    (Chunk & { execution_id: string; text: string | null; base64: string | null })[]
  >(
    `select c.execution_id, c.epoch, c.seq, c.stream, c.text, encode(c.bytes, 'base64') as base64
     from output_chunks c join executions e on e.id = c.execution_id and e.epoch = c.epoch
     where c.execution_id = any($1) order by c.execution_id, c.seq`,
    [rows.map(({ id }) => id)],
  );
  return Map.groupBy(
    chunks.map(({ text, base64, ...rest }) => ({
      ...rest,
      text: text ?? undefined,
      base64: base64 ?? undefined,
    })),
    (chunk) => chunk.execution_id,
  );
}

/** An item that ended, as it is shown. */
export function viewOfEnded(open: OpenExecution, item: StageItem, now: number): FinishedView {
  return {
    end: item.ended.end,
    relay: item.relay,
    runId: open.address.runId,
    timeoutMs: item.timeoutMs,
    now,
    output: item.output,
    droppedBytes: item.droppedBytes,
    gapBefore: item.gapBefore,
  };
}
