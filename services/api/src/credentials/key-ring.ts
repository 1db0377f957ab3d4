import { open, type Direction, type SealingKey } from '@chasqui/sealing';

/** One token of a relay or an adapter, as far as it is kept in memory. Times in milliseconds since the epoch. */
export interface Held<K> {
  readonly n: number;
  readonly keys: K;
  readonly createdAt: number;
  /** When it stops; undefined for the one that stays. */
  readonly until?: number;
  /** When something first opened with it, and last. */
  readonly usedSince?: number;
  readonly usedAt?: number;
}

export type WrongKey = 'wrong-token' | 'expired-token';

/** The tokens of one relay or adapter, the newest first: one, or several while it is exchanged. */
export class KeyRing<K> {
  #held: readonly Held<K>[];

  constructor(
    readonly name: string,
    held: readonly Held<K>[],
    before?: KeyRing<K>,
  ) {
    this.#held = held
      .map((one) =>
        later(
          one,
          before?.held.find(({ n }) => n === one.n),
        ),
      )
      .toSorted((a, b) => b.n - a.n);
  }

  get held(): readonly Held<K>[] {
    return this.#held;
  }

  /** What is sealed now is sealed with this: the one that its owner used last; while it has used none, the newest. Undefined where all have stopped. */
  inUse(now: number): Held<K> | undefined {
    const [first, ...others] = this.#held.filter((one) => !isOver(one, now));
    return others.reduce((best, one) => ((one.usedAt ?? 0) > (best?.usedAt ?? 0) ? one : best), first);
  }

  /** Opens what its owner sealed, with whichever token it has, and remembers which that was. */
  open(
    sealed: string,
    direction: Direction,
    keyOf: (keys: K) => SealingKey,
    now: number,
  ): { readonly message: unknown; readonly with: Held<K> } | WrongKey {
    for (const one of this.#held) {
      const message = open(sealed, this.name, direction, keyOf(one.keys));
      if (message === undefined) continue;
      if (isOver(one, now)) return 'expired-token';
      const used = { ...one, usedSince: one.usedSince ?? now, usedAt: now };
      this.#held = this.#held.map((other) => (other.n === one.n ? used : other));
      return { message, with: one };
    }
    return 'wrong-token';
  }
}

function isOver({ until }: Held<unknown>, now: number): boolean {
  return until !== undefined && until <= now;
}

/** What the database does not know yet of its use. */
function later<K>(one: Held<K>, before: Held<K> | undefined): Held<K> {
  if (before?.usedAt === undefined || before.createdAt !== one.createdAt) return one;
  if (one.usedAt !== undefined && one.usedAt >= before.usedAt) return { ...one, keys: before.keys };
  return { ...one, keys: before.keys, usedSince: one.usedSince ?? before.usedSince, usedAt: before.usedAt };
}
