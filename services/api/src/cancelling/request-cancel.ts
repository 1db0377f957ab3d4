import { isTerminal, topics, type Cancel, type ExecutionState } from '@chasqui/contracts';
import { topicName } from '@chasqui/transport';
import type { DataSource, EntityManager } from 'typeorm';
import type { StageWoken } from '../pipelines/pipelines.service.js';
import { readOpenOf, type OpenExecution } from '../runs/open-execution.js';
import { promise, type OutboxRow } from '../runs/outbox.service.js';

/** What came of a request, as it stands in the database. */
export type Requested =
  | { readonly kind: 'over'; readonly status: ExecutionState }
  | {
      readonly kind: 'open';
      /** Who asked first. */
      readonly by: string;
      /** Whether that was somebody before. */
      readonly before: boolean;
      /** Their orders were taken back before any of them was sent: nothing can start them, and they are to be ended. */
      readonly unsent: readonly OpenExecution[];
      /** What their relays have to confirm. */
      readonly told: readonly OpenExecution[];
      readonly outbox: readonly OutboxRow[];
      /** What it came to at once, because all of it waited. */
      readonly ended?: StageWoken;
    };

/** How a relay is told; undefined where it hears nothing any more. */
export type Tell = (message: Cancel) => Promise<OutboxRow | undefined>;

/** Ends a run of which nothing is under way any more, in the same transaction. */
export type Settle = (manager: EntityManager, runId: string) => Promise<StageWoken | undefined>;

/**
 * Writes down that a run is to be cancelled, and all that follows from it, in one transaction: what waits for its turn is cancelled, orders that
 * certainly were not sent are taken back, and everything else goes to its relay by the outbox. Whatever becomes of this process then, nothing new
 * of the run is ordered. Undefined where there is no such run.
 */
export function requestCancel(
  dataSource: DataSource,
  runId: string,
  by: string,
  tell: Tell,
  settle: Settle,
  now: number,
): Promise<Requested | undefined> {
  return dataSource.transaction(async (manager) => {
    const run = await lock(manager, runId);
    if (!run) return undefined;
    if (isTerminal(run.status) && run.status !== 'lost') return { kind: 'over', status: run.status };
    const first = run.cancel_requested_by ?? by;
    if (run.cancel_requested_by === null)
      await manager.query(
        'update runs set cancel_requested_by = $2, cancel_requested_at = to_timestamp($3 / 1000.0) where id = $1',
        [runId, by, now],
      );
    const [, waited] = await manager.query<[unknown, number]>(
      `update executions set state = 'cancelled', finished_at = to_timestamp($2 / 1000.0) where run_id = $1 and state = 'waiting'`,
      [runId, now],
    );
    const open = await readOpenOf(manager, runId);
    const back = await takeBack(manager, open);
    const told = open.filter(({ id }) => !back.has(id));
    const messages = await Promise.all(told.map((one) => tell(messageFor(one, first, now))));
    const outbox = messages.filter((message) => message !== undefined);
    await promise(manager, outbox);
    const before = run.cancel_requested_by !== null;
    const ended = waited > 0 ? await settle(manager, runId) : undefined;
    const unsent = open.filter(({ id }) => back.has(id));
    return { kind: 'open', by: first, before, unsent, told, outbox, ended };
  });
}

interface LockedRun {
  readonly status: ExecutionState;
  readonly cancel_requested_by: string | null;
}

/**
 * In the order in which those lock who end executions: an execution before its run. Of a run that goes on nothing is changed here but what waits,
 * and that nobody else changes without the run's lock.
 */
async function lock(manager: EntityManager, runId: string): Promise<LockedRun | undefined> {
  const [run] = await manager.query<{ staged: boolean }[]>('select staged from runs where id = $1', [runId]);
  if (!run) return undefined;
  if (!run.staged) await manager.query('select from executions where run_id = $1 for update', [runId]);
  const [locked] = await manager.query<LockedRun[]>(
    'select status, cancel_requested_by from runs where id = $1 for update',
    [runId],
  );
  return locked;
}

/** Takes orders out of the outbox that were never given to the broker. Answers whose. */
async function takeBack(manager: EntityManager, open: readonly OpenExecution[]): Promise<Set<string>> {
  const [rows] = await manager.query<[{ key: string }[], number]>(
    `delete from outbox using unnest($1::text[], $2::text[]) as given(topic, key), executions e
     where outbox.topic = given.topic and outbox.key = given.key and not outbox.attempted
       and e.id = given.key::uuid and e.state = 'accepted' returning outbox.key`,
    [open.map(({ relay }) => topicName(topics.relayOrders, { relay })), open.map(({ id }) => id)],
  );
  return new Set(rows.map(({ key }) => key));
}

function messageFor(
  { relay, id, attempt, startBy, address }: OpenExecution,
  by: string,
  now: number,
): Cancel {
  const { runId } = address;
  return { kind: 'cancel', relay, runId, executionId: id, attempt, issuedAt: now, startBy, by };
}
