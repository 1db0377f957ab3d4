import type { ExecutionState, OutputChunk, Refusal } from '@chasqui/contracts';
import type { RunEnd } from '@chasqui/replies';
import type { EntityManager } from 'typeorm';
import type { End } from '../runs/end-of.js';
import type { WaitsFor } from '../runs/run-row.js';

/** One execution of a stage as it stands, with what it printed. */
export interface StageItem {
  readonly id: string;
  readonly item: number;
  readonly attempt: number;
  readonly state: ExecutionState;
  readonly relay: string;
  readonly waitsFor?: WaitsFor;
  /** When its time comes, where it waits for that. Milliseconds since the epoch. */
  readonly notBefore?: number;
  readonly startedAt?: number;
  readonly finishedAt?: number;
  readonly exitCode?: number;
  readonly code?: string;
  readonly output: readonly (OutputChunk & { epoch: number })[];
  /** Of all that it printed, also of what is not in `output`. */
  readonly outputBytes: number;
  readonly droppedBytes: number;
  readonly gapBefore?: number;
  readonly timeoutMs: number;
  readonly outcome: RunEnd | null;
  /** Why we did not order it, where it was refused here and not by its relay. */
  readonly refusal?: Refusal;
  /** The end as it was reported, without its output: that is in `output`. */
  readonly ended: End;
}

/** Reads a stage's executions, of each item the latest attempt, in the order of the items, without their output. */
export async function readStage(manager: EntityManager, runId: string, stage: number): Promise<StageItem[]> {
  const rows = await manager.query<Row[]>(
    `select id, item, attempt, state, relay, exit_code, outcome, waits_for, not_before, started_at, finished_at, dropped_bytes, gap_before, epoch, timeout_ms, output_bytes from executions
     where run_id = $1 and stage = $2 and superseded_by is null order by item`,
    [runId, stage],
  );
  return rows.map(toItem);
}

/** Whether anything of a run behind this stage has begun. */
export async function hasLaterStage(manager: EntityManager, runId: string, stage: number): Promise<boolean> {
  const rows = await manager.query<unknown[]>(
    'select from executions where run_id = $1 and stage > $2 limit 1',
    [runId, stage],
  );
  return rows.length > 0;
}

/** The same items with what they printed. */
export async function withOutput(
  manager: EntityManager,
  items: readonly StageItem[],
): Promise<readonly StageItem[]> {
  const output = await readOutput(manager, items);
  return items.map((item) => ({ ...item, output: output.get(item.id) ?? [] }));
}

type Chunk = OutputChunk & { epoch: number };

interface Row {
  readonly id: string;
  readonly item: number;
  readonly attempt: number;
  readonly state: ExecutionState;
  readonly relay: string;
  readonly waits_for: WaitsFor | null;
  readonly not_before: Date | null;
  readonly started_at: Date | null;
  readonly finished_at: Date | null;
  readonly exit_code: number | null;
  readonly outcome: RunEnd | null;
  readonly dropped_bytes: string;
  readonly output_bytes: string;
  readonly gap_before: number | null;
  readonly epoch: number;
  readonly timeout_ms: string;
}

function toItem(row: Row): StageItem {
  const { id, item, attempt, state, relay, outcome } = row;
  const exitCode = row.exit_code ?? undefined;
  const gapBefore = row.gap_before ?? undefined;
  const droppedBytes = Number(row.dropped_bytes);
  const end = outcome ?? { kind: 'cancelled' as const, unstarted: true as const };
  return {
    id,
    item,
    attempt,
    state,
    relay,
    waitsFor: row.waits_for ?? undefined,
    notBefore: row.not_before?.getTime(),
    startedAt: row.started_at?.getTime(),
    finishedAt: row.finished_at?.getTime(),
    exitCode,
    code: codeOf(end),
    output: [],
    outputBytes: Number(row.output_bytes),
    droppedBytes,
    gapBefore,
    timeoutMs: Number(row.timeout_ms),
    outcome,
    ...(end.kind === 'refused' && 'facts' in end && { refusal: { ...end, kind: 'refusal' } as Refusal }),
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

/** The code of an end, as the run of one execution keeps it. */
function codeOf(end: RunEnd): string | undefined {
  switch (end.kind) {
    case 'refused':
    case 'not-started':
      return end.code;
    case 'unknown':
      return 'outcome-unknown';
    case 'out-of-memory':
      return end.kind;
    case 'expired':
      return 'order-late';
    case 'lost':
      return end.revoked ? 'relay-revoked' : undefined;
    default:
      return undefined;
  }
}

async function readOutput(
  manager: EntityManager,
  items: readonly StageItem[],
): Promise<Map<string, Chunk[]>> {
  const chunks = await manager.query<
    (Chunk & { execution_id: string; text: string | null; base64: string | null })[]
  >(
    `select c.execution_id, c.epoch, c.seq, c.stream, c.text, encode(c.bytes, 'base64') as base64
     from output_chunks c join executions e on e.id = c.execution_id and e.epoch = c.epoch
     where c.execution_id = any($1) order by c.execution_id, c.seq`,
    [items.map(({ id }) => id)],
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
