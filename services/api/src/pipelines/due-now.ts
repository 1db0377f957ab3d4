import type { ExecutionRow } from '../runs/run-row.js';

/** The rows of a fan-out of whose first wave nothing was ordered: nobody’s end would begin the next, so its time is now. */
export function dueNow(row: ExecutionRow, now: number): ExecutionRow {
  return row.waits_for === 'wave' ? { ...row, not_before: new Date(now).toISOString() } : row;
}
