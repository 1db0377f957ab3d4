import { waitWords } from '@chasqui/replies';
import type { Run } from '../runs/run.js';

/** So many that wait are told one by one. */
const mostTold = 20;

/** What `run show` tells of executions that wait. `now` in milliseconds since the epoch. */
export function waitFields({ executions }: Run, now: number): { name: string; value: string }[] {
  return executions
    .flatMap(({ waits }) => (waits ? [{ name: 'waits for', value: waitWords(waits, now) }] : []))
    .slice(0, mostTold);
}
