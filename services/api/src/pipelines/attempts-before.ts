import type { FailedAttempt, RunEnd } from '@chasqui/replies';
import type { DataSource } from 'typeorm';
import { relayFaultOf } from './relay-fault.js';

/** What became of the attempts before an execution, in their order, as it was when the next one was made. */
export async function attemptsBefore(
  db: Pick<DataSource, 'query'>,
  executionId: string,
): Promise<FailedAttempt[]> {
  const rows = await db.query<{ relay: string; outcome: RunEnd | null }[]>(
    `select b.relay, b.outcome from executions e
     join executions b on b.run_id = e.run_id and b.stage = e.stage and b.item = e.item and b.attempt < e.attempt
     where e.id = $1 order by b.attempt`,
    [executionId],
  );
  // What was lost may have told its truth since.
  return rows.map(({ relay, outcome }) => ({ relay, fault: (outcome && relayFaultOf(outcome)) ?? 'lost' }));
}
