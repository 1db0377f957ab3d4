import type { Finished, Order, Outcome } from '@chasqui/contracts';
import type { Collected, Watch } from '../drivers/driver.js';
import type { Plan } from './decide-order.js';
import { Masker } from './masker.js';
import { partsOf } from './file-parts.js';
import { Output } from './output.js';
import type { Reports } from './reports.js';

/** Why a running execution is stopped. */
export type StopReason = 'timed-out' | 'cancelled';

/** One execution that is to be run, or taken up again. */
export interface Job {
  readonly order: Order;
  /** Made anew when its turn comes. */
  plan: Plan;
  /** 0, and one more for each relay process that has had it before. */
  readonly epoch: number;
  /** Given when an earlier relay process started it: its handle, if it was written down, and when that was (this machine's clock). */
  readonly adopted?: { readonly handle: string | undefined; readonly startedAt: number };
}

export interface Executing {
  readonly relay: string;
  readonly reports: Reports;
  /** The API's clock. */
  readonly apiNow: () => number;
  /** The driver has started it. */
  readonly onStarted: (handle: string) => void;
}

/** Bytes of output that may be on their way to the broker before the command has to wait. */
const waterMark = 4 * 1024 ** 2;

/**
 * Runs one execution to its end: `started`, its output as it comes, and the `finished` that is then to be journaled and sent. The time it may take
 * counts from when the driver has started it. Aborting the stop controller stops it, with the reason as outcome.
 */
export async function execute(
  job: Job,
  stop: AbortController,
  { relay, reports, apiNow, onStarted }: Executing,
): Promise<Finished> {
  const { order, plan, epoch, adopted } = job;
  const { runId, executionId, attempt } = order;
  const about = () => ({ relay, runId, executionId, attempt, at: apiNow() });
  let startedAt = adopted?.startedAt ?? Date.now();
  let timer: NodeJS.Timeout | undefined;
  let onTheWay = 0;
  let imageDigest: string | undefined;
  let incomplete: string | undefined;
  let collected: Collected | undefined;

  const output = new Output(plan.work.limits.outputBytes, (chunks) => {
    const bytes = chunks.reduce((sum, { text, base64 }) => sum + (text ?? base64 ?? '').length, 0);
    onTheWay += bytes;
    const arrived = reports
      .send({ kind: 'output', ...about(), epoch, chunks })
      .then(() => void (onTheWay -= bytes));
    return onTheWay > waterMark ? arrived : undefined;
  });
  const masker = new Masker([...(order.secrets ?? []), ...(order.storeToken ? [order.storeToken] : [])]);
  const watch: Watch = {
    started(handle) {
      if (!adopted) startedAt = Date.now();
      timer = setTimeout(
        () => stop.abort('timed-out' satisfies StopReason),
        clamp(startedAt + plan.timeoutMs - Date.now()),
      );
      onStarted(handle);
    },
    image: (digest) => void (imageDigest = digest),
    incomplete: (why) => void (incomplete = why),
    collected: (files) => void (collected = files),
    write: (stream, bytes) => {
      const shown = masker.write(stream, bytes);
      return shown.length > 0 ? output.write(stream, shown) : undefined;
    },
  };

  void reports.send({ kind: 'started', ...about() });
  const { driver, work } = plan;
  const ending = adopted
    ? driver.adopt(work, adopted.handle, watch, stop.signal)
    : driver.run(work, watch, stop.signal);
  const told = await ending.catch((error: Error): Outcome => ({
    kind: 'unknown',
    detail: `the ${driver.name} driver failed: ${error.message}`,
  }));
  clearTimeout(timer);
  for (const { stream, bytes } of masker.end()) void output.write(stream, bytes);
  const outcome: Outcome =
    told.kind === 'cancelled'
      ? { kind: stop.signal.aborted ? (stop.signal.reason as StopReason) : 'cancelled' }
      : 'detail' in told && told.detail !== undefined
        ? { ...told, detail: masker.text(told.detail) }
        : told;
  const end = output.end();
  for (const part of partsOf(collected?.files ?? []))
    void reports.send({ kind: 'file', ...about(), epoch, ...part });
  return {
    kind: 'finished',
    ...about(),
    epoch,
    outcome,
    ...end,
    durationMs: Math.max(0, Date.now() - startedAt),
    ...(imageDigest !== undefined && { imageDigest }),
    ...(incomplete !== undefined && { incomplete }),
    ...(collected && { files: collected.files.map(({ name, bytes }) => ({ name, bytes: bytes.length })) }),
    ...(collected?.lost !== undefined && { filesLost: collected.lost }),
    ...(collected && collected.leftOut.length > 0 && { filesLeftOut: [...collected.leftOut] }),
  };
}

/** What a timer can hold: about 25 days. */
function clamp(ms: number): number {
  return Math.min(Math.max(ms, 0), 2 ** 31 - 1);
}
