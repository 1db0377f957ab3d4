import { transitions, type ExecutionEvent, type ExecutionState } from '@chasqui/contracts';

/** The states an event may come from and the one it leads to, for the `where` of an update. Throws for an event the table does not have. */
export function sourcesOf(
  event: ExecutionEvent,
  who: 'relay' | 'api',
): { from: ExecutionState[]; to: ExecutionState } {
  const rows = transitions.filter((row) => row.event === event && row.who === who);
  if (rows.length === 0) throw new Error(`no transition ${event} by ${who}`);
  return { from: rows.map((row) => row.from), to: rows[0]!.to };
}
