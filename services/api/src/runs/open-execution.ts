import type { ExecutionState } from '@chasqui/contracts';
import type { DataSource } from 'typeorm';
import type { StoredPlan } from '../commands/plan.js';
import { prepared } from '../prepared.js';
import { lineToShow } from './line-to-show.js';
import { addressOf, type ReplyAddress } from './reply-to.js';
import type { ExecutionRow, RunRow } from './run-row.js';

/** An execution with its run, as far as an end needs them. */
export interface OpenExecution {
  readonly id: string;
  readonly relay: string;
  readonly attempt: number;
  /** When a relay had to have started it, in milliseconds since the epoch. */
  readonly startBy: number;
  readonly timeoutMs: number;
  readonly state: ExecutionState;
  /** When it was ended before, in milliseconds since the epoch: it was lost then, and its relay may still settle that. */
  readonly endedAt?: number;
  /** How many final replies the run has had: more than none once it was lost. */
  readonly replies: number;
  /** When its run was accepted, in milliseconds since the epoch. */
  readonly acceptedAt: number;
  readonly address: ReplyAddress;
  /** Which stage of the plan it is. */
  readonly stage: number;
  /** Whether its run goes on after it. */
  readonly staged: boolean;
  /** None where the plain way of showing a result does. */
  readonly plan?: StoredPlan;
  readonly run: RunFacts;
}

/** What templates and redirects say of a run. */
export interface RunFacts {
  readonly line: string;
  readonly roomName?: string;
  readonly user: { readonly id: string; readonly username: string; readonly email: string };
  readonly bundle?: string;
  readonly command?: string;
  readonly version?: string;
  /** Who asked for it to be cancelled first, where somebody did. */
  readonly cancelledBy?: string;
}

/** Which execution, in whose words. */
export interface ExecutionKey {
  readonly executionId: string;
  readonly relay: string;
  readonly attempt: number;
}

/** Of a fan-out's stage without its targets, which may be a thousand and stand in the rows: one end looks at none of them. */
const plan = `jsonb_set(r.plan, array['stages', e.stage::text, 'each', 'targets'], '[]', false) as plan`;

const columns = `e.id, e.relay, e.attempt, e.state, e.finished_at, e.start_by, e.timeout_ms, e.run_id, r.adapter, r.workspace, r.room, r.thread, r.sender, r.in_reply_to,
  r.reply_seq, r.accepted_at, e.stage, r.staged, ${plan}, r.line, r.expanded, r.room_name, r.user_id, r.username, r.user_email, r.bundle, r.command, r.version, r.cancel_requested_by, r.schedule`;
const one = prepared(
  'read open',
  `select ${columns} from executions e join runs r on r.id = e.run_id where e.id = $1 and e.relay = $2 and e.attempt = $3`,
);

/** Reads the execution that a relay reports on; undefined if that relay was never given it. */
export async function readOpen(
  dataSource: DataSource,
  key: ExecutionKey,
): Promise<OpenExecution | undefined> {
  const [row] = await one<Row>(dataSource, [key.executionId, key.relay, key.attempt]);
  return row && fromRows(row, { ...row, id: row.run_id });
}

/** What of a run is not certainly over: what is ordered, runs, or was lost. */
export async function readOpenOf(db: Pick<DataSource, 'query'>, runId: string): Promise<OpenExecution[]> {
  const rows = await db.query<Row[]>(
    `select ${columns} from executions e join runs r on r.id = e.run_id
     where e.run_id = $1 and e.state in ('accepted', 'running', 'lost') order by e.stage, e.item`,
    [runId],
  );
  return rows.map((row) => fromRows(row, { ...row, id: row.run_id }));
}

/** Reads open executions for the sweep. `where` speaks of `e` and `r`. */
export async function readOverdue(
  dataSource: DataSource,
  where: string,
  values: unknown[],
): Promise<OpenExecution[]> {
  const rows = await dataSource.query<Row[]>(
    `select ${columns} from executions e join runs r on r.id = e.run_id
     where e.state in ('accepted', 'running') and ${where} order by e.id limit 200`,
    values,
  );
  return rows.map((row) => fromRows(row, { ...row, id: row.run_id }));
}

type Row = ExecutionPart & Pick<ExecutionRow, 'run_id'> & RunPart;
type ExecutionPart = Pick<ExecutionRow, 'id' | 'relay' | 'attempt' | 'state' | 'timeout_ms' | 'stage'> & {
  start_by: string | Date;
  finished_at: string | Date | null;
};
type RunPart = Pick<
  RunRow,
  | 'adapter'
  | 'workspace'
  | 'room'
  | 'room_name'
  | 'thread'
  | 'sender'
  | 'in_reply_to'
  | 'reply_seq'
  | 'staged'
  | 'plan'
  | 'line'
  | 'expanded'
  | 'user_id'
  | 'username'
  | 'user_email'
  | 'bundle'
  | 'command'
  | 'version'
  | 'cancel_requested_by'
  | 'schedule'
> & {
  accepted_at: string | Date;
};

/** The same from the rows as they were written, without a read. */
export function fromRows(execution: ExecutionPart, run: RunPart & { id: string }): OpenExecution {
  const { id, relay, attempt, state, finished_at: endedAt } = execution;
  return {
    id,
    relay,
    attempt,
    state: state as ExecutionState,
    ...(endedAt !== null && { endedAt: new Date(endedAt).getTime() }),
    startBy: new Date(execution.start_by).getTime(),
    timeoutMs: Number(execution.timeout_ms),
    replies: Math.floor(run.reply_seq / finalStep),
    acceptedAt: new Date(run.accepted_at).getTime(),
    address: addressOf(run),
    stage: execution.stage,
    staged: run.staged,
    plan: run.plan ?? undefined,
    run: {
      line: lineToShow(run),
      roomName: run.room_name ?? undefined,
      user: { id: run.user_id ?? '', username: run.username ?? '', email: run.user_email ?? '' },
      bundle: run.bundle ?? undefined,
      command: run.command ?? undefined,
      version: run.version ?? undefined,
      cancelledBy: run.cancel_requested_by ?? undefined,
    },
  };
}

/** Final replies are this far apart in `seq`, so that every `running` one fits below. */
export const finalStep = 1_000_000;
