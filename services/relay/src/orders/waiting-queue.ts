import { context, type Context } from '@opentelemetry/api';
import type { Order } from '@chasqui/contracts';
import type { ApiClock } from '../heartbeat/api-clock.js';
import type { Attempt } from './entries.js';
import type { Job } from './execute.js';

/** An execution that nobody has started, with the trace that it came in. */
export interface Waiting {
  readonly job: Job;
  readonly trace: Context;
}

/** Executions that wait for a slot, in the order they came. Who is not taken before its `startBy` is taken out, and told of. */
export class WaitingQueue {
  private readonly queue: (Waiting & { timer?: NodeJS.Timeout })[] = [];

  constructor(
    private readonly clock: ApiClock,
    private readonly late: (order: Order) => void,
  ) {}

  get length(): number {
    return this.queue.length;
  }

  add(job: Job): void {
    const waiting = { job, trace: context.active() };
    this.queue.push(waiting);
    this.watchDeadline(waiting);
  }

  /** Whose turn it is. */
  next(): Waiting | undefined {
    return this.takeOut(0);
  }

  /** Takes one out of its turn; undefined where it does not wait. */
  remove({ executionId, attempt }: Attempt): Waiting | undefined {
    const at = this.queue.findIndex(
      ({ job: { order } }) => order.executionId === executionId && order.attempt === attempt,
    );
    return at < 0 ? undefined : this.takeOut(at);
  }

  private takeOut(at: number): Waiting | undefined {
    const [waiting] = this.queue.splice(at, 1);
    clearTimeout(waiting?.timer);
    return waiting;
  }

  /** A timer knows this machine's clock; what counts is the API's, and while that is not known nothing is late. */
  private watchDeadline(waiting: Waiting & { timer?: NodeJS.Timeout }): void {
    const { clock } = this;
    const { order } = waiting.job;
    const wait = clock.known ? Math.max(order.startBy - clock.now(), 0) + 1 : 1000;
    waiting.timer = setTimeout(
      () => {
        if (!clock.known || clock.now() <= order.startBy) return this.watchDeadline(waiting);
        this.queue.splice(this.queue.indexOf(waiting), 1);
        this.late(order);
      },
      Math.min(wait, 2 ** 31 - 1),
    );
  }
}
