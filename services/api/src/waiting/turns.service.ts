import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { databaseAway } from '../database-faults.js';
import { Events } from '../events.js';
import { Pipelines, type StageWoken } from '../pipelines/pipelines.service.js';
import { RelayBoard } from '../relays/board.service.js';
import { Followers } from '../runs/followers.service.js';
import { Outbox } from '../runs/outbox.service.js';
import { Progress } from '../runs/progress.service.js';
import { runsToPlace, runsToWake } from './runs-to-wake.js';

/** How often it is looked for what waits and has its turn, in milliseconds: another instance may have made room. */
const everyMs = 1_000;
/** So many runs are looked at in one round. */
const atOnce = 200;

/**
 * Wakes the runs of which something waits: for its wave, a lock, a relay, another attempt. Everything about them stands in the database, so any
 * instance may wake any of them, and after a restart they are woken as before. What this instance changes it looks at without delay.
 */
@Injectable()
export class Turns implements OnApplicationShutdown {
  private readonly timer: NodeJS.Timeout;
  private looking?: Promise<void>;
  private again = false;
  private stopped = false;

  constructor(
    @Inject(DataSource) private readonly dataSource: DataSource,
    private readonly pipelines: Pipelines,
    private readonly board: RelayBoard,
    private readonly outbox: Outbox,
    private readonly progress: Progress,
    private readonly followers: Followers,
    private readonly events: Events,
  ) {
    this.timer = setInterval(() => this.soon(), everyMs).unref();
  }

  async onApplicationShutdown(): Promise<void> {
    this.stopped = true;
    clearInterval(this.timer);
    await this.looking;
  }

  /** Something changed that others may wait for: looks as soon as the look that is under way is over. */
  soon(): void {
    this.again = true;
    this.looking ??= this.look().finally(() => (this.looking = undefined));
  }

  /** Looks at one run now. False where it goes on waiting, or could not be looked at: then it will be in a moment. */
  async wake(runId: string): Promise<boolean> {
    try {
      const now = Date.now();
      const woken = await this.pipelines.wake(runId, now);
      if (woken) this.ended(woken, now);
      return woken !== undefined;
    } catch (cause) {
      if (!databaseAway(cause))
        this.events.unexpected(`run ${runId} could not be woken; it will be tried again`, cause);
      return false;
    }
  }

  /** Tells of what came of a run, once that is committed. */
  ended({ status, open, outbox }: StageWoken, now: number): void {
    const { runId } = open.address;
    this.outbox.send(outbox);
    if (status === undefined) this.progress.lookNow(runId);
    else {
      this.progress.settled(runId);
      const { id: executionId, relay, acceptedAt } = open;
      this.events.runEnded({ runId, executionId, relay, status }, now - acceptedAt);
    }
    this.followers.changed(runId);
  }

  private async look(): Promise<void> {
    while (this.again && !this.stopped) {
      this.again = false;
      await this.round().catch((cause: unknown) => {
        if (!databaseAway(cause))
          this.events.unexpected('what waits could not be looked at; it will be again', cause);
      });
    }
  }

  private async round(): Promise<void> {
    const now = Date.now();
    const due = await runsToWake(this.dataSource.manager, now, atOnce);
    const toPlace = await runsToPlace(this.dataSource.manager, this.board.views(now), atOnce);
    for (const runId of new Set([...due, ...toPlace])) {
      if (this.stopped) return;
      // One run that cannot be woken must not keep the others from it.
      await this.wake(runId);
    }
  }
}
