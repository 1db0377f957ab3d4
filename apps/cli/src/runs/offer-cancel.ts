import { createInterface } from 'node:readline/promises';
import { path, type ApiClient } from '../server/api-client.js';
import type { CancelAnswer } from './run-shapes.js';

/**
 * What Ctrl-C does while a run is followed. At a terminal it asks whether the run is to be cancelled; whoever says no, or presses Ctrl-C again,
 * leaves it alone. Elsewhere there is nobody to ask, and it is left alone at once. `leave` ends the following; `over` says that the run has ended.
 */
export function onInterrupt(api: ApiClient, runId: string, leave: () => void, over: AbortSignal): () => void {
  let asked = false;
  const listen = () => {
    if (asked || !process.stdin.isTTY || !process.stderr.isTTY) return leave();
    asked = true;
    offer(api, runId, over).then(
      (cancelled) => cancelled || leave(),
      () => leave(),
    );
  };
  process.on('SIGINT', listen);
  return () => void process.removeListener('SIGINT', listen);
}

/** Whether the run is to be cancelled, and is asked to be. */
async function offer(api: ApiClient, runId: string, over: AbortSignal): Promise<boolean> {
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  const leaving = new AbortController();
  lines.once('SIGINT', () => leaving.abort());
  try {
    const signal = AbortSignal.any([over, leaving.signal]);
    const said = await lines.question('\ncancel the run? y cancels it, anything else leaves it running: ', {
      signal,
    });
    if (!/^y(es)?$/i.test(said.trim())) return false;
    const { text } = await api.post<CancelAnswer>(path`/runs/${runId}/cancel`, {});
    process.stderr.write(`chasqui: ${text}\n`);
    return true;
  } catch (thrown) {
    if (!over.aborted && !leaving.signal.aborted)
      process.stderr.write(`chasqui: not cancelled: ${(thrown as Error).message}\n`);
    return over.aborted;
  } finally {
    lines.close();
  }
}
