import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';

/** How long a revision that was read is believed, in milliseconds: so long may another instance's change go unseen. */
const believedMs = 250;

/**
 * The revisions of what instances keep in memory, read at most four times a second however many ask: whoever keeps something for longer than
 * one request looks here whether it still holds. What this instance changes itself it knows at once, by `forget`.
 */
@Injectable()
export class Revisions {
  private known?: { readonly at: number; readonly of: ReadonlyMap<string, string> };
  private reading?: Promise<ReadonlyMap<string, string>>;

  constructor(@Inject(DataSource) private readonly dataSource: DataSource) {}

  /** The revision of one kind of thing, at most a quarter of a second old. A value rather than a promise where no read is needed. */
  of(what: string): string | Promise<string> {
    if (this.known && performance.now() - this.known.at < believedMs) return this.known.of.get(what)!;
    return this.read().then((revisions) => revisions.get(what)!);
  }

  /** Something was changed here: the next who asks reads anew, and a read that is under way is believed by nobody who comes later. */
  forget(): void {
    this.known = undefined;
    this.reading = undefined;
  }

  private read(): Promise<ReadonlyMap<string, string>> {
    if (this.reading) return this.reading;
    const at = performance.now();
    const reading = this.dataSource
      .query<{ of: string; revision: string }[]>('select of, revision from revisions')
      .then((rows) => {
        const of = new Map(rows.map((row) => [row.of, row.revision]));
        if (this.reading === reading) this.known = { at, of };
        return of;
      })
      .finally(() => {
        if (this.reading === reading) this.reading = undefined;
      });
    return (this.reading = reading);
  }
}
