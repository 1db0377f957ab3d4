import { context, type Context } from '@opentelemetry/api';
import { setTimeout as delay } from 'node:timers/promises';
import { headerNames, topics, type Report } from '@chasqui/contracts';
import { seal, type SealingKey } from '@chasqui/sealing';
import { outgoing, type Outgoing, type Transport } from '@chasqui/transport';
import type { RelayEvents } from '../events.js';

/** A report that was sealed before. */
export interface Sealed {
  readonly runId: string;
  readonly executionId: string;
  readonly sealed: string;
}

/** One that is kept elsewhere and read in its turn, so that what waits takes no memory. */
export interface Stored {
  readonly runId: string;
  readonly executionId: string;
  /** Sealed; undefined where it is gone. */
  readonly read: () => Promise<string | undefined>;
}

interface Waiting {
  readonly report: Report | Sealed | Stored;
  readonly trace: Context;
  readonly arrived: (yes: boolean) => void;
}

/** The reports of one execution, those that go first in front. */
interface Lane {
  readonly waiting: Waiting[];
  /** Another has come. */
  readonly joined: () => void;
}

/** At most so many characters in one go: brokers have a limit. */
const batchChars = 400_000;
const backOff = { firstMs: 100, lastMs: 5000 };
/** A quick command's `finished` follows its `started` at once, and says all that it says; so long that one waits for it, in milliseconds. */
const companyMs = 5;

/**
 * Reports on their way to the API: sealed, in order for each execution, and tried again until the broker has them. An execution whose
 * reports wait holds up no other.
 */
export class Reports {
  private readonly lanes = new Map<string, Lane>();
  private readonly driving = new Set<Promise<void>>();
  private readonly stopping = new AbortController();
  private away = false;

  constructor(
    private readonly relay: string,
    private readonly key: SealingKey,
    private readonly transport: Transport,
    private readonly events: RelayEvents,
  ) {}

  seal(report: Report): string {
    return seal(report, this.relay, 'from-relay', this.key);
  }

  /** True once the broker has it, false when the relay stops before. */
  send(report: Report | Sealed | Stored): Promise<boolean> {
    if (this.stopping.signal.aborted) return Promise.resolve(false);
    return new Promise((arrived) => {
      const waiting = { report, trace: context.active(), arrived };
      const lane = this.lanes.get(report.executionId);
      if (lane) {
        lane.waiting.push(waiting);
        lane.joined();
        return;
      }
      const company = Promise.withResolvers<void>();
      const fresh = { waiting: [waiting], joined: company.resolve };
      this.lanes.set(report.executionId, fresh);
      const driving = this.drive(report.executionId, fresh.waiting, company.promise).finally(() =>
        this.driving.delete(driving),
      );
      this.driving.add(driving);
    });
  }

  /** Waits for what is on its way, but not longer than `ms`; what has not arrived by then does not. */
  async stop(ms: number): Promise<void> {
    const over = new AbortController();
    await Promise.race([Promise.all(this.driving), delay(ms, undefined, { signal: over.signal })]);
    over.abort();
    this.stopping.abort();
    await Promise.all(this.driving);
  }

  private async drive(execution: string, lane: Waiting[], company: Promise<void>): Promise<void> {
    if (isStarted(lane[0]!.report)) {
      await Promise.race([company, delay(companyMs)]);
      if (lane[1] && 'sealed' in lane[1].report) lane.shift()!.arrived(true);
    }
    while (lane.length > 0 && !this.stopping.signal.aborted) {
      const { messages, count } = await this.nextOf(lane);
      if (messages.length > 0) await context.with(lane[0]!.trace, () => this.publish(messages));
      if (this.stopping.signal.aborted) break;
      for (const { arrived } of lane.splice(0, count)) arrived(true);
    }
    for (const { arrived } of lane) arrived(false);
    this.lanes.delete(execution);
  }

  /** As many from the front as may go together, at least one; and how many of the lane they are. What is gone goes with them. */
  private async nextOf(lane: Waiting[]): Promise<{ messages: Outgoing[]; count: number }> {
    const messages: Outgoing[] = [];
    let chars = 0;
    let count = 0;
    for (const { report } of lane) {
      const sealed = await this.sealedOf(report);
      chars += sealed?.length ?? 0;
      if (messages.length > 0 && chars > batchChars) break;
      count += 1;
      if (sealed === undefined) continue;
      const headers = { [headerNames.runId]: report.runId, [headerNames.relay]: this.relay };
      messages.push(outgoing(topics.relayReports, {}, report.executionId, sealed, headers));
    }
    return { messages, count };
  }

  private sealedOf(report: Waiting['report']): Promise<string | undefined> | string {
    if ('read' in report) return report.read();
    return 'sealed' in report ? report.sealed : this.seal(report);
  }

  private async publish(messages: Outgoing[]): Promise<void> {
    for (
      let waitMs = backOff.firstMs;
      !this.stopping.signal.aborted;
      waitMs = Math.min(waitMs * 2, backOff.lastMs)
    ) {
      try {
        await this.transport.publish(...messages);
        if (this.away) this.events.reportsArriveAgain();
        this.away = false;
        return;
      } catch (error) {
        if (!this.away) this.events.reportsDelayed(error);
        this.away = true;
        await delay(waitMs, undefined, { signal: this.stopping.signal }).catch(() => undefined);
      }
    }
  }
}

function isStarted(report: Waiting['report']): boolean {
  return 'kind' in report && report.kind === 'started';
}
