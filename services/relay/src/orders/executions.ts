import { context } from '@opentelemetry/api';
import { setTimeout as delay } from 'node:timers/promises';
import type { Order } from '@chasqui/contracts';
import { inSpan } from '@chasqui/telemetry';
import type { AvailableDrivers } from '../drivers/available-drivers.js';
import type { Driver } from '../drivers/driver.js';
import type { RelayEvents } from '../events.js';
import type { ApiClock } from '../heartbeat/api-clock.js';
import type { Policy } from '../policy.js';
import { unstarted } from './cancel.js';
import { decideOrder, late, type No, type Plan } from './decide-order.js';
import { cancelling, finished, running, settled, starting, taken, type Attempt } from './entries.js';
import { execute, type Job, type Over, type StopReason } from './execute.js';
import { forget } from './forget.js';
import { inTrace } from './in-trace.js';
import type { Journal } from './journal.js';
import type { Ended, JournalEntry } from './journal-line.js';
import type { KeptReports } from './kept-reports.js';
import type { Recorded, Settled } from './recorded.js';
import type { Reports } from './reports.js';
import { WaitingQueue } from './waiting-queue.js';
import { UnwrittenRefusals } from './unwritten-refusals.js';

export interface ExecutionsSettings {
  readonly relay: string;
  readonly slots: number;
  readonly policy: { readonly current: Policy };
  /** Where commands reach the API. */
  readonly apiUrl?: string | undefined;
}

/**
 * Everything this relay has in hand. An order is journaled before it is started; so many run at once as there are slots, the others
 * wait in the order they came and die when their `startBy` passes. Nothing starts before the API's clock is known. What ends is journaled
 * before it is reported, and forgotten by its driver only after that.
 */
export class Executions {
  private readonly queue: WaitingQueue;
  private readonly running = new Map<Job, AbortController>();
  private readonly atWork = new Set<Promise<unknown>>();
  private readonly unwritten = new UnwrittenRefusals();
  private open = false;
  private draining = false;
  /** Told when nothing runs any more. */
  private idle: () => void = () => undefined;

  constructor(
    private readonly settings: ExecutionsSettings,
    private readonly journal: Journal,
    private readonly kept: KeptReports,
    private readonly drivers: AvailableDrivers,
    private readonly reports: Reports,
    private readonly clock: ApiClock,
    private readonly events: RelayEvents,
  ) {
    this.queue = new WaitingQueue(clock, (order) =>
      this.watchOver(() => this.refuse(order, late(order, clock.now()))),
    );
  }

  get load(): { running: number; waiting: number } {
    return { running: this.running.size, waiting: this.queue.length };
  }

  get stopping(): boolean {
    return this.draining;
  }

  /** Lets what waits begin, once the API's clock is known. */
  begin(): void {
    this.open = true;
    this.startNext();
  }

  /** Takes an order, or refuses it with a report. Resolves once that is safe; never waits for the command. */
  async take(order: Order, sealed: string): Promise<void> {
    const recorded = this.journal.find(order.executionId, order.attempt);
    if (recorded) return this.replayed(order, recorded);
    const refused = this.unwritten.of(order);
    if (refused) return void this.reports.send(refused);
    const now = this.clock.known ? this.clock.now() : undefined;
    const plan = this.decide(order, now);
    if ('code' in plan) return this.refuse(order, plan);

    const job: Job = { order, plan, epoch: 0 };
    // With a slot free it starts at once, and both entries share one fsync.
    const atOnce = this.open && this.queue.length === 0 && this.running.size < this.settings.slots;
    if (atOnce) this.running.set(job, new AbortController());
    try {
      await this.journal.append(taken(order, sealed), ...(atOnce ? [starting(job)] : []));
    } catch (error) {
      this.leave(job);
      this.events.journalFailed(order, error);
      return this.refuse(order, {
        code: 'journal-full',
        detail: "this relay's journal takes no more entries: its disk is full or broken",
      });
    }
    this.events.orderTaken(order);
    if (atOnce) this.watchOver(() => this.run(job));
    else if (this.draining) await this.refuse(order, stopping);
    else this.enqueue(job);
  }

  private decide(order: Order, now: number | undefined): Plan | No {
    const { policy, apiUrl } = this.settings;
    return decideOrder(order, {
      policy: policy.current,
      drivers: this.drivers,
      stopping: this.draining,
      apiUrl,
      now,
    });
  }

  /** An execution that nobody has started: waits for its turn. */
  enqueue(job: Job): void {
    this.queue.add(job);
    this.startNext();
  }

  /** An execution that an earlier process of this relay started: it has its slot already, and needs no clock. */
  async takeUp(job: Job, cancelled: boolean): Promise<void> {
    const stop = new AbortController();
    if (cancelled) stop.abort('cancelled' satisfies StopReason);
    this.running.set(job, stop);
    await this.journal
      .append(starting(job))
      .catch((error: unknown) => this.events.journalFailed(job.order, error));
    this.watchOver(() => this.run(job));
  }

  /** Refuses what waits for its turn. False where it does not wait. */
  async withdraw(attempt: Attempt, why: No): Promise<boolean> {
    const waiting = this.queue.remove(attempt);
    if (!waiting) return false;
    await this.refuse(waiting.job.order, why);
    return true;
  }

  /** Stops what is in a driver's hands or on the way there, once it is journaled that it is to be stopped. */
  async stop(of: Attempt, by: string): Promise<void> {
    for (const [{ order }, stop] of this.running) {
      if (order.executionId !== of.executionId || order.attempt !== of.attempt) continue;
      await this.write(order, cancelling(order, by));
      stop.abort('cancelled' satisfies StopReason);
    }
  }

  /** Sends the report of what is over once more, where it is still kept. */
  async tellAgain({ runId, executionId }: Attempt, recorded: Settled): Promise<void> {
    const ended = await this.journal.endOf(recorded);
    if (ended) void this.reports.send({ runId, executionId, sealed: ended.report });
  }

  /**
   * Ends an execution with this report: journaled, then sent until it has arrived, behind what is kept that goes before it; what the drivers keep of
   * it is removed meanwhile.
   */
  async end(attempt: Attempt, { report, kept }: Over, drivers: readonly Driver[]): Promise<void> {
    const ended = { report: this.reports.seal(report), kept: kept?.lengths };
    const isWritten = await this.write(attempt, finished(attempt, ended));
    if (!isWritten && report.kind === 'refused') this.unwritten.remember(report);
    this.conclude(attempt, ended, drivers, kept?.output);
  }

  /** The same for an end that stands in the journal already. Of what is kept the first `sent` are on their way. */
  conclude(
    attempt: Attempt,
    { report: sealed, kept = [] }: Ended,
    drivers: readonly Driver[],
    sent = 0,
  ): void {
    const { runId, executionId } = attempt;
    for (let nth = sent; nth < kept.length; nth += 1)
      void this.reports.send({ runId, executionId, read: () => this.kept.read(attempt, kept, nth) });
    const arriving = this.reports.send({ runId, executionId, sealed });
    this.watchOver(async () => {
      await Promise.all(drivers.map((driver) => forget(driver, attempt, this.events)));
      if (!(await arriving)) return;
      await this.write(attempt, settled(attempt));
      await this.kept.remove(attempt);
    });
  }

  /**
   * Takes no more orders and refuses those that wait. What runs may go on for `graceMs` and is cancelled then. Resolves when nothing runs any more.
   */
  async drain(graceMs: number): Promise<void> {
    this.draining = true;
    this.events.stopping(this.running.size, graceMs);
    for (let waiting = this.queue.next(); waiting; waiting = this.queue.next()) {
      const { order } = waiting.job;
      this.watchOver(() => this.refuse(order, stopping));
    }
    const over = new AbortController();
    const grace = delay(graceMs, undefined, { signal: over.signal }).then(
      () => {
        for (const stop of this.running.values()) stop.abort('cancelled' satisfies StopReason);
      },
      () => undefined,
    );
    if (this.running.size > 0) await new Promise<void>((resolve) => (this.idle = resolve));
    over.abort();
    await grace;
  }

  /** Resolves when nothing is at work any more; to be called when reports no longer wait for the broker. */
  async quiet(): Promise<void> {
    while (this.atWork.size > 0) await Promise.all(this.atWork);
  }

  private async replayed(order: Order, recorded: Recorded | Settled): Promise<void> {
    this.events.orderReplayed(order, recorded.state);
    if (recorded.state === 'settled') await this.tellAgain(order, recorded);
  }

  /** A refusal is journaled, too: the same order, coming again under other circumstances, must not be run after all. */
  async refuse(order: Attempt, { code, detail }: No): Promise<void> {
    this.events.orderRefused(order, code, detail);
    const { runId, executionId, attempt } = order;
    const about = { relay: this.settings.relay, runId, executionId, attempt, at: this.clock.now() };
    await this.end(order, { report: { kind: 'refused', ...about, code, detail } }, []);
  }

  private startNext(): void {
    while (this.open && !this.draining && this.running.size < this.settings.slots) {
      const next = this.queue.next();
      if (!next) return;
      this.running.set(next.job, new AbortController());
      this.watchOver(() => context.with(next.trace, () => this.startInTurn(next.job)));
    }
  }

  /** While it waited, time has passed, and the policy may have changed. */
  private async startInTurn(job: Job): Promise<void> {
    for (;;) {
      const cancelled = this.running.get(job)!.signal.aborted && !this.draining;
      const plan = cancelled ? unstarted : this.decide(job.order, this.clock.now());
      if ('code' in plan) {
        this.leave(job);
        return this.refuse(job.order, plan);
      }
      job.plan = plan;
      if (await this.write(job.order, starting(job))) return this.run(job);
      // Not written, not started: as long as there is time, the disk may yet have room.
      await delay(1000);
    }
  }

  private async run(job: Job): Promise<void> {
    const { order, plan } = job;
    const { driver } = plan;
    if (this.running.get(job)!.signal.aborted && !this.draining && !job.adopted) {
      await this.refuse(order, unstarted);
      return this.leave(job);
    }
    const { report, kept } = await inSpan(
      'execute',
      { 'chasqui.run_id': order.runId, 'chasqui.driver': driver.name },
      () =>
        execute({ ...job, plan: inTrace(plan) }, this.running.get(job)!, {
          relay: this.settings.relay,
          reports: this.reports,
          apiNow: () => this.clock.now(),
          keep: (unsent) => this.kept.keep(order, unsent),
          onStarted: (handle) => {
            this.events.executionStarted(order, driver.name, job.adopted !== undefined);
            void this.write(order, running(job, handle));
          },
        }),
    );
    this.events.executionFinished(order, driver.name, report.outcome, report.durationMs, report.outputBytes);
    await this.end(order, { report, kept }, [driver]);
    this.leave(job);
  }

  private leave(job: Job): void {
    this.running.delete(job);
    this.startNext();
    if (this.running.size === 0) this.idle();
  }

  /** Whether it was written. */
  private write(attempt: Attempt, entry: JournalEntry): Promise<boolean> {
    return this.journal.append(entry).then(
      () => true,
      (error: unknown) => (this.events.journalFailed(attempt, error), false),
    );
  }

  private watchOver(work: () => Promise<unknown>): void {
    const watched: Promise<unknown> = work()
      .catch((error: unknown) => this.events.bug(error))
      .finally(() => this.atWork.delete(watched));
    this.atWork.add(watched);
  }
}

const stopping: No = { code: 'relay-stopping', detail: 'this relay is shutting down' };
