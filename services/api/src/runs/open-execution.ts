import type { DataSource } from 'typeorm';
import { prepared } from '../prepared.js';
import { addressOf, type ReplyAddress } from './reply-to.js';
import type { ExecutionRow, RunRow } from './run-row.js';

/** An execution with its run, as far as an end needs them. */
export interface OpenExecution {
  readonly id: string;
  readonly relay: string;
  readonly attempt: number;
  readonly timeoutMs: number;
  /** How many final replies the run has had: more than none once it was lost. */
  readonly replies: number;
  /** When its run was accepted, in milliseconds since the epoch. */
  readonly acceptedAt: number;
  readonly address: ReplyAddress;
}

/** Which execution, in whose words. */
export interface ExecutionKey {
  readonly executionId: string;
  readonly relay: string;
  readonly attempt: number;
}

const columns = `e.id, e.relay, e.attempt, e.timeout_ms, e.run_id, r.adapter, r.workspace, r.room, r.thread, r.sender, r.in_reply_to,
  r.reply_seq, r.accepted_at`;
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

type Row = Pick<ExecutionRow, 'id' | 'run_id' | 'relay' | 'attempt' | 'timeout_ms'> & RunPart;
type RunPart = Pick<
  RunRow,
  'adapter' | 'workspace' | 'room' | 'thread' | 'sender' | 'in_reply_to' | 'reply_seq'
> & {
  accepted_at: string | Date;
};

/** The same from the rows as they were written, without a read. */
export function fromRows(
  execution: Pick<ExecutionRow, 'id' | 'relay' | 'attempt' | 'timeout_ms'>,
  run: RunPart & { id: string },
): OpenExecution {
  const { id, relay, attempt } = execution;
  return {
    id,
    relay,
    attempt,
    timeoutMs: Number(execution.timeout_ms),
    replies: Math.floor(run.reply_seq / finalStep),
    acceptedAt: new Date(run.accepted_at).getTime(),
    address: addressOf(run),
  };
}

/** Final replies are this far apart in `seq`, so that every `running` one fits below. */
export const finalStep = 1_000_000;
