import type { Finished, Order, Outcome, Refused, Report } from '@chasqui/contracts';
import type { Collected, Watch } from '../drivers/driver.js';
import type { Plan } from './decide-order.js';
import { Masker } from './masker.js';
import type { Kept, Unsent } from './kept-reports.js';
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
  /** Keeps what it printed last and what it left until that has arrived. */
  readonly keep: (unsent: Unsent) => Promise<Kept>;
}

/** What is to be journaled and sent: how it ended, and what is kept that goes before that. */
export interface Over<End = Finished | Refused> {
  readonly report: End;
  readonly kept?: Pick<Kept, 'lengths' | 'output'>;
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
  { relay, reports, apiNow, onStarted, keep }: Executing,
): Promise<Over<Finished>> {
  const { order, plan, epoch, adopted } = job;
  const { runId, executionId, attempt } = order;
  const about = () => ({ relay, runId, executionId, attempt, at: apiNow() });
  let startedAt = adopted?.startedAt ?? Date.now();
  let timer: NodeJS.Timeout | undefined;
  let onTheWay = 0;
  const unsent = new Set<Report>();
  let imageDigest: string | undefined;
  let incomplete: string | undefined;
  let collected: Collected | undefined;

  const output = new Output(plan.work.limits.outputBytes, (chunks) => {
    const bytes = chunks.reduce((sum, { text, base64 }) => sum + (text ?? base64 ?? '').length, 0);
    onTheWay += bytes;
    const report: Report = { kind: 'output', ...about(), epoch, chunks };
    unsent.add(report);
    const arrived = reports.send(report).then((yes) => {
      onTheWay -= bytes;
      if (yes) unsent.delete(report);
    });
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
  const kept = await keep({
    output: [...unsent],
    files: collected?.files ?? [],
    report: (part) => ({ kind: 'file', ...about(), epoch, ...part }),
  });
  const filesLost = [collected?.lost, notKept(kept.notKept)].filter((why) => why !== undefined);
  const report: Finished = {
    kind: 'finished',
    ...about(),
    epoch,
    outcome,
    ...end,
    durationMs: Math.max(0, Date.now() - startedAt),
    ...(imageDigest !== undefined && { imageDigest }),
    ...(incomplete !== undefined && { incomplete }),
    ...(collected && { files: [...kept.files] }),
    ...(filesLost.length > 0 && { filesLost: filesLost.join('; ').slice(0, 1000) }),
    ...(collected && collected.leftOut.length > 0 && { filesLeftOut: [...collected.leftOut] }),
  };
  return { report, kept };
}

function notKept(names: readonly string[]): string | undefined {
  return names.length > 0
    ? `the relay could not keep ${names.join(', ')}: its disk is full or broken`
    : undefined;
}

/** What a timer can hold: about 25 days. */
function clamp(ms: number): number {
  return Math.min(Math.max(ms, 0), 2 ** 31 - 1);
}
