/** The time as the API has it, reckoned from the answers to heartbeats; so deadlines hold although clocks differ. */
export class ApiClock {
  private readonly asked = new Map<string, number>();
  private sample: { offset: number; tripMs: number; at: number; ahead: number } | undefined;
  private readonly waiting: (() => void)[] = [];

  /**
   * @param here this machine's clock, in milliseconds since the epoch
   * @param steady one that nobody sets, in milliseconds
   */
  constructor(
    private readonly here: () => number = Date.now,
    private readonly steady: () => number = () => performance.now(),
  ) {}

  /** Whether the API has answered yet; before that `now` is this machine's own time. */
  get known(): boolean {
    return this.sample !== undefined;
  }

  /** How much the API's clock is ahead of ours, in milliseconds. */
  get offset(): number {
    return Math.round(this.sample?.offset ?? 0);
  }

  now(): number {
    return this.here() + this.offset;
  }

  /** Whether this machine's clock was set, or the machine slept, since the API last answered: what is reckoned is then wrong by that much. */
  jumped(): boolean {
    const { sample } = this;
    return sample !== undefined && Math.abs(this.here() - this.steady() - sample.ahead) > jumpMs;
  }

  /** A heartbeat with this nonce goes out. */
  ask(nonce: string): void {
    this.asked.set(nonce, this.steady());
    for (const [old] of this.asked) if (this.asked.size > 20) this.asked.delete(old);
  }

  /**
   * The answer to it. False if we did not ask that, or were answered already. With one sample the API's time as the answer comes is `apiTime` and half the
   * trip (RFC 5905 §8), and wrong by at most that half; so a slower answer does not replace a quicker one that is not yet old. The trip is measured by the
   * steady clock: this machine's own may be set between question and answer.
   */
  answer(nonce: string, apiTime: number): boolean {
    const sent = this.asked.get(nonce);
    if (sent === undefined) return false;
    this.asked.delete(nonce);
    const [received, at] = [this.here(), this.steady()];
    const tripMs = at - sent;
    const fresh = { offset: apiTime + tripMs / 2 - received, tripMs, at, ahead: received - at };
    const { sample } = this;
    if (!sample || this.jumped() || fresh.tripMs <= sample.tripMs * 2 + 100 || fresh.at - sample.at > keptMs)
      this.sample = fresh;
    for (const tell of this.waiting.splice(0)) tell();
    return true;
  }

  /** Resolves once the API has answered. */
  async whenKnown(): Promise<void> {
    if (!this.known) await new Promise<void>((resolve) => this.waiting.push(resolve));
  }
}

/** After that long a sample is old: clocks drift. */
const keptMs = 5 * 60_000;
/** Clocks are slewed all the time, and set only by more than this. */
const jumpMs = 1_000;
