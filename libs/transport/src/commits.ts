/** Takes what is due to the broker; throws where that fails. */
export type Commit = () => Promise<void>;

/** What a process that dies had finished since its last commit comes again, to consumers that allow for it; each commit is a request. */
const atMostEveryMs = 250;
const againAfterMs = 1000;

/** When to commit: soon after something is over, but not for each message, and one at a time. */
export class Commits {
  #due: NodeJS.Timeout | undefined;
  #last: Promise<void> = Promise.resolve();
  #lastAt = 0;
  #stopped = false;

  constructor(private readonly commit: Commit) {}

  /** At once where the last commit is a while ago, so that it is done before anybody else could be given the same messages. */
  soon(): void {
    this.#plan(Math.max(0, this.#lastAt + atMostEveryMs - Date.now()));
  }

  /** Resolves once everything that is due has been tried. */
  now(): Promise<void> {
    clearTimeout(this.#due);
    this.#due = undefined;
    this.#lastAt = Date.now();
    // Where it fails, the group moved on or the broker is away: it stays due.
    this.#last = this.#last.then(this.commit).catch(() => this.#plan(againAfterMs));
    return this.#last;
  }

  /** A last time, and never again. */
  async stop(): Promise<void> {
    this.#stopped = true;
    await this.now();
  }

  #plan(inMs: number): void {
    if (!this.#stopped) this.#due ??= setTimeout(() => void this.now(), inMs);
  }
}
