/** So many different notes are kept while the database is away. */
const most = 5_000;

/** What is noted; the same one again is one that is the same but for its request. */
export interface Note {
  readonly requestId?: string;
  readonly [name: string]: unknown;
}

/** Looks and refusals that wait to be written. The same one several times is one that counts; it keeps the first one's request id. */
export class Notes {
  private readonly kept = new Map<string, { content: object; times: number }>();
  private dropped = 0;

  add(content: Note): void {
    const { requestId: _, ...same } = content;
    this.put(JSON.stringify(same), content, 1);
  }

  /** All that there are, and how many were let go because there were too many; none are left. */
  take(): { readonly contents: readonly object[]; readonly dropped: number } {
    const contents = [...this.kept.values()].map(({ content, times }) =>
      times > 1 ? { ...content, times } : content,
    );
    const { dropped } = this;
    this.kept.clear();
    this.dropped = 0;
    return { contents, dropped };
  }

  /** Those that could not be written. Answers how many of them find no place any more. */
  putBack(contents: readonly object[]): number {
    const before = this.dropped;
    for (const content of contents) {
      const { times = 1, ...same } = content as { times?: number };
      const { requestId: _, ...key } = same as { requestId?: string };
      this.put(JSON.stringify(key), same, times);
    }
    const lost = this.dropped - before;
    this.dropped = before;
    return lost;
  }

  private put(key: string, content: object, times: number): void {
    const known = this.kept.get(key);
    if (known) known.times += times;
    else if (this.kept.size < most) this.kept.set(key, { content, times });
    else this.dropped += times;
  }
}
