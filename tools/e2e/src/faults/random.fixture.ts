import { createHash } from 'node:crypto';

/** Draws that follow from a seed: the same seed, the same draws. */
export class Random {
  #drawn = 0;

  constructor(private readonly seed: string) {}

  /** A whole number, `least` and `most` among them. */
  int(least: number, most: number): number {
    const digest = createHash('sha256').update(`${this.seed} ${this.#drawn++}`).digest();
    return least + Math.floor((digest.readUInt32BE(0) / 2 ** 32) * (most - least + 1));
  }

  pick<T>(from: readonly T[]): T {
    return from[this.int(0, from.length - 1)]!;
  }

  /** So many of them, in any order; all of them where there are no more. */
  some<T>(many: number, from: readonly T[]): T[] {
    const left = [...from];
    return Array.from(
      { length: Math.min(many, from.length) },
      () => left.splice(this.int(0, left.length - 1), 1)[0]!,
    );
  }
}
