/** What was noted lately, by key. It forgets what is older than `keptMs`, and the oldest beyond `most`, so that it never grows. */
export class Recent<T> {
  readonly #entries = new Map<string, { readonly value: T; readonly at: number }>();

  constructor(
    readonly keptMs: number,
    readonly most: number,
    readonly now: () => number = Date.now,
  ) {}

  get(key: string): T | undefined {
    this.#forget();
    return this.#entries.get(key)?.value;
  }

  /** Notes it as the newest. */
  set(key: string, value: T): void {
    this.#entries.delete(key);
    this.#entries.set(key, { value, at: this.now() });
    this.#forget();
  }

  delete(key: string): void {
    this.#entries.delete(key);
  }

  /** A Map keeps the order of insertion, and so the oldest stand first. */
  #forget(): void {
    const since = this.now() - this.keptMs;
    for (const [key, entry] of this.#entries) {
      if (entry.at > since && this.#entries.size <= this.most) return;
      this.#entries.delete(key);
    }
  }
}
