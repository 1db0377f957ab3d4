import { isSelectorFault, parseTag } from '@chasqui/relay-selection';
import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { RelayBoard } from '../relays/board.service.js';
import { problems } from './site-rule-problems.js';

/** A tag that only those may put on a relay who have `relay:tag` for it. */
export interface ProtectedTag {
  /** `key=value`, or `key` for every tag of that key. */
  readonly tag: string;
  /** The names of the relays to which an operator gave such a tag. */
  readonly relays: readonly string[];
  /** Those that say such a tag of themselves, which does not count. */
  readonly refusedFor: readonly string[];
  readonly protectedAt: Date;
  readonly protectedBy: string;
}

type Row = Omit<ProtectedTag, 'relays' | 'refusedFor'>;

const columns = 'tag, protected_at as "protectedAt", protected_by as "protectedBy"';

/** Protects tags from being put on relays by whoever may manage those: a trigger moves the revision that every instance looks at with every line. */
@Injectable()
export class ProtectedTags {
  constructor(
    @Inject(DataSource) private readonly dataSource: DataSource,
    private readonly board: RelayBoard,
  ) {}

  async list(): Promise<ProtectedTag[]> {
    const rows = await this.dataSource.query<Row[]>(`select ${columns} from protected_tags order by tag`);
    await this.board.load();
    return rows.map((row) => this.withRelays(row));
  }

  /** @throws Problem 409 */
  async protect(tag: string, by: string): Promise<ProtectedTag> {
    const [row] = await this.dataSource.query<Row[]>(
      `insert into protected_tags (tag, protected_by) values ($1, $2) on conflict do nothing returning ${columns}`,
      [canonical(tag), by],
    );
    if (!row) throw problems.tagAlreadyProtected(tag);
    await this.board.load();
    return this.withRelays(row);
  }

  /** @throws Problem 404 */
  async unprotect(tag: string): Promise<void> {
    const [, removed] = await this.dataSource.query<[unknown[], number]>(
      'delete from protected_tags where tag = $1',
      [canonical(tag)],
    );
    if (removed === 0) throw problems.tagNotProtected(tag);
  }

  private withRelays(row: Row): ProtectedTag {
    const isIt = (tag: string) => tag === row.tag || tag.startsWith(`${row.tag}=`);
    const all = this.board.all();
    return {
      ...row,
      relays: all.filter(({ givenTags }) => givenTags.some(isIt)).map(({ name }) => name),
      refusedFor: all
        .filter(({ tags, givenTags }) => tags.some((tag) => isIt(tag) && !givenTags.includes(tag)))
        .map(({ name }) => name),
    };
  }
}

/** `gpu=` is `gpu`. */
function canonical(text: string): string {
  const tag = parseTag(text);
  if (isSelectorFault(tag)) return text;
  return tag.value === undefined ? tag.key : `${tag.key}=${tag.value}`;
}
