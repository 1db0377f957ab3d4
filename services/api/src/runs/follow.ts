import { setTimeout as delay } from 'node:timers/promises';
import { isTerminal } from '@chasqui/contracts';
import type { DataSource } from 'typeorm';
import type { Followers } from './followers.service.js';
import { readChunks } from './output-chunks.js';
import { readRuns } from './read-runs.js';
import type { OutputPiece, Run } from './run.js';

export type RunEvent =
  { event: 'run'; data: Run } | { event: 'output'; data: OutputPiece } | { event: 'end'; data: Run };

/**
 * A run as it goes: the run at each change of its status, when somebody asks for it to be cancelled, when something is tried again
 * or gets on in a queue, its output as it comes, and the run once it is over. Whoever comes late gets
 * all of it. Ends at the first terminal state; one that replaces `lost` later is read by asking again.
 * @param mayStill whether whoever follows may go on; asked before each look
 */
export async function* follow(
  dataSource: DataSource,
  followers: Followers,
  runId: string,
  mayStill: () => Promise<boolean>,
  signal: AbortSignal,
): AsyncGenerator<RunEvent> {
  const seen = new Map<string, { epoch: number; nextSeq: number }>();
  let [status, again] = ['', 0];
  while (!signal.aborted) {
    const changed = followers.next(runId, signal);
    if (!(await mayStill())) return;
    const [run] = await readRuns(dataSource, { id: runId, limit: 1 });
    if (!run) return;
    const over = isTerminal(run.status);
    const now = [run.status, run.cancel?.at, ...run.executions.map(placeInQueue)].join(' ');
    const attempts = run.executions.filter(({ attempt }) => attempt > 1).length;
    // Before its output, so that whoever shows that knows of which attempt it is.
    if (attempts !== again || (now !== status && !over)) yield { event: 'run', data: run };
    [status, again] = [now, attempts];
    // What the stages of a pipeline print goes to one another; its result comes with the end.
    // Of several attempts the last one counts; what an earlier one still prints is its own.
    for (const execution of run.staged ? [] : run.executions.slice(-1)) {
      for await (const piece of newOutput(dataSource, execution, seen))
        yield { event: 'output', data: piece };
    }
    if (over) {
      yield { event: 'end', data: run };
      return;
    }
    await changed;
    if (run.executions.length > manyExecutions) await calm(signal);
  }
}

/** A run of so many executions is large to read, and changes with each of them. */
const manyExecutions = 50;
/** So it is looked at no more often than this, in milliseconds. */
const calmMs = 500;

function calm(signal: AbortSignal): Promise<void> {
  return delay(calmMs, undefined, { signal }).catch(() => undefined);
}

/** What it waits for, and where it stands there. */
function placeInQueue({ waits }: Run['executions'][number]): string {
  return waits ? `${waits.for} ${waits.position ?? ''}` : '';
}

async function* newOutput(
  dataSource: DataSource,
  execution: { id: string; relay: string },
  seen: Map<string, { epoch: number; nextSeq: number }>,
): AsyncGenerator<OutputPiece> {
  const before = seen.get(execution.id) ?? { epoch: 0, nextSeq: 0 };
  for (const chunk of await readChunks(dataSource, execution.id, before.nextSeq)) {
    seen.set(execution.id, { epoch: chunk.epoch, nextSeq: chunk.seq + 1 });
    yield { executionId: execution.id, relay: execution.relay, ...chunk };
  }
}
