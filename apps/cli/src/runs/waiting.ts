import { waitWords } from '@chasqui/replies';
import type { Run } from './run-shapes.js';

/** What each execution waits for that does, as a line. `now` in milliseconds since the epoch. */
export function waitLines({ executions = [] }: Run, now: number): string[] {
  return executions.flatMap(({ waits }) => (waits ? [`waits for ${waitWords(waits, now)}`] : []));
}

/** Tells somebody at a terminal what a run waits for, whenever that is something else. */
export class Waiting {
  #said: string | undefined;
  constructor(readonly isHeard: boolean) {}

  tell(run: Run): void {
    const [first] = waitLines(run, Date.now());
    if (!this.isHeard || first === this.#said) return;
    this.#said = first;
    if (first !== undefined) process.stderr.write(`chasqui: ${first}\n`);
  }
}
