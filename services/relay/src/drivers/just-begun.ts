/** An execution that takes longer than this, in milliseconds, does not begin any more. */
const beginsWithinMs = 1000;
/** Where one begins after the other without an end, what waits for them waits no longer than this, in milliseconds. */
const waitsAtMostMs = 2000;

/** Executions that have just begun: while there are any, what is only done for later ones would take from them what it is to spare those. */
export class JustBegun {
  private readonly beginning = new Set<symbol>();
  /** Since when somebody waits for them, in milliseconds since the epoch. */
  private waitsSince: number | undefined;

  /** One begins. Answers what to call once it is over. `then` is called when it has begun, and when it is over. */
  add(then: () => void): () => void {
    const one = Symbol('execution');
    this.beginning.add(one);
    const begun = () => {
      clearTimeout(soon);
      this.beginning.delete(one);
      then();
    };
    const soon = setTimeout(begun, beginsWithinMs).unref();
    return begun;
  }

  /** Whether somebody who asks now, and is called again by `then`, should wait for them. */
  isWaitedFor(): boolean {
    this.waitsSince ??= Date.now();
    if (this.beginning.size > 0 && Date.now() - this.waitsSince < waitsAtMostMs) return true;
    this.waitsSince = undefined;
    return false;
  }
}
