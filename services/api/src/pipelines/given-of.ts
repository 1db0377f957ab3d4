import type { DataRecord } from '@chasqui/filters';
import type { EntityManager } from 'typeorm';
import type { Given } from '../commands/invoke.js';
import type { ExecutionRow } from '../runs/run-row.js';

/** What an execution was given, as its row keeps it: a record, a list of all of them, or nothing. */
export function givenOf(input: unknown): Given {
  if (Array.isArray(input)) return { all: input as DataRecord[] };
  return input === null || input === undefined ? {} : { record: input as DataRecord };
}

/** Every record in that. */
export function recordsIn({ record, all }: Given): readonly DataRecord[] {
  return all ?? (record ? [record] : []);
}

/** What all targets of a fan-out are given: it stands with the first. */
export async function sharedInput(
  manager: EntityManager,
  { run_id, stage }: Pick<ExecutionRow, 'run_id' | 'stage'>,
): Promise<Given> {
  const [first] = await manager.query<Pick<ExecutionRow, 'input'>[]>(
    'select input from executions where run_id = $1 and stage = $2 and item = 0 order by attempt limit 1',
    [run_id, stage],
  );
  return givenOf(first!.input);
}
