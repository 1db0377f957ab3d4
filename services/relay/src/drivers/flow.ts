import { setTimeout as delay } from 'node:timers/promises';
import type { OutputStream, Watch } from './driver.js';

/**
 * Output on its way from a command to a watch, and whether it still moves. The end of a command is not always the end of its output: a
 * process that left its group may hold the pipes open for ever, and an engine may forget to close a stream.
 */
export class Flow {
  private moves = 0;
  private held = 0;

  constructor(private readonly watch: Watch) {}

  write(stream: OutputStream, bytes: Buffer): Promise<void> | undefined {
    this.moves += 1;
    const ready = this.watch.write(stream, bytes);
    if (!ready) return undefined;
    this.held += 1;
    return ready.finally(() => (this.held -= 1));
  }

  /** True once `done` is, false when before that nothing moved for `silenceMs` although the watch was ready to take it. */
  async untilSilent(done: Promise<unknown>, silenceMs: number): Promise<boolean> {
    const end = done.then(() => true);
    const over = new AbortController();
    try {
      for (let before = -1; before !== this.moves || this.held > 0;) {
        before = this.moves;
        if (await Promise.race([end, delay(silenceMs, false, { signal: over.signal })])) return true;
      }
      return false;
    } finally {
      over.abort();
      end.catch(() => undefined);
    }
  }
}
