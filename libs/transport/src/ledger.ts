/**
 * Which messages of one partition were begun and which of them are over. What may be committed is everything before the
 * first that is not.
 */
export class Ledger {
  /** Begun and not over. Offsets are added in ascending order, so the first is the lowest. */
  readonly #open = new Set<number>();
  #next: number | undefined;
  #committed = 0;

  /** False for a message that was begun already: after a rebalance the broker sends again what was not committed. */
  begin(offset: number): boolean {
    // Before what was committed means that the topic was made anew, or that an operator set the group back.
    const anew = this.#next === undefined || offset < this.#committed;
    if (!anew && offset < this.#next!) return false;
    if (anew) this.#open.clear();
    if (anew) this.#committed = offset;
    this.#open.add(offset);
    this.#next = offset + 1;
    return true;
  }

  end(offset: number): void {
    this.#open.delete(offset);
  }

  /** Behind the last that was begun; undefined before the first. */
  get next(): number | undefined {
    return this.#next;
  }

  /** How many are not over. */
  get open(): number {
    return this.#open.size;
  }

  /** The offset to commit, or undefined when the broker has it already. */
  due(): number | undefined {
    const [lowest = this.#next] = this.#open;
    return lowest === undefined || lowest <= this.#committed ? undefined : lowest;
  }

  committed(offset: number): void {
    this.#committed = Math.max(this.#committed, offset);
  }
}
