import { EventEmitter } from 'node:events';
import { Injectable } from '@nestjs/common';

/** How often a follower looks by itself, in milliseconds: another instance may have taken the report. */
const lookEveryMs = 500;

/** Wakes those who follow a run when this instance changed it. A nudge, never the news itself: they read the database. */
@Injectable()
export class Followers {
  private readonly nudges = new EventEmitter().setMaxListeners(0);

  changed(runId: string): void {
    this.nudges.emit(runId);
  }

  /** Resolves at the run's next change, after a while, or when `signal` says so. */
  next(runId: string, signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const done = () => {
        clearTimeout(timer);
        this.nudges.off(runId, done);
        signal.removeEventListener('abort', done);
        resolve();
      };
      const timer = setTimeout(done, lookEveryMs);
      this.nudges.on(runId, done);
      signal.addEventListener('abort', done);
      if (signal.aborted) done();
    });
  }
}
