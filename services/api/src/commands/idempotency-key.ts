import type { ExecutionRow } from '../runs/run-row.js';

/** What is the same for all attempts at an execution, and for nothing else: the id of the first. */
export function idempotencyKeyOf({
  id,
  idempotency_key: ofTheFirst,
}: Pick<ExecutionRow, 'id' | 'idempotency_key'>): string {
  return ofTheFirst ?? id;
}
