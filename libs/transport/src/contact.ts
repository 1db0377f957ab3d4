import type { TransportLog } from './transport-log.js';

/**
 * Whether the brokers answer. Everything that speaks with them tells it how that went; what it says in the log it says once,
 * when it changes.
 */
export class Contact {
  #heardAt = 0;
  #lost = false;
  readonly #listeners: (() => void)[] = [];

  constructor(private readonly log: TransportLog) {}

  /** Somebody answered, and nobody failed to since. */
  get good(): boolean {
    return this.#heardAt > 0 && !this.#lost;
  }

  /** Nobody answers. */
  get lost(): boolean {
    return this.#lost;
  }

  heard(): void {
    this.#heardAt = Date.now();
    if (!this.#lost) return;
    this.#lost = false;
    this.log.info({}, 'the broker answers again');
    for (const tell of this.#listeners) tell();
  }

  whenBack(tell: () => void): void {
    this.#listeners.push(tell);
  }

  /** One broker of several may fail while the others answer: that is no news. */
  failed(reason: string): void {
    if (Date.now() - this.#heardAt >= 1000) this.lose(reason);
  }

  /** Whoever keeps the connection knows that it is gone. */
  lose(reason: string): void {
    if (this.#lost) return;
    this.#lost = true;
    this.log.warn({ reason }, 'the broker does not answer, trying until it does');
  }
}
