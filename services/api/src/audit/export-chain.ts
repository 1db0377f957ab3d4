import {
  signEnd,
  type Anchor,
  type Block,
  type Checkpoint,
  type Entry,
  type ExportLine,
  type SigningKey,
} from '@chasqui/audit';
import type { DataSource } from 'typeorm';
import { keyNamed } from './audit-keys.js';
import { entryColumns } from './entry-columns.js';

/** About so many entries are read at once. */
const atOnce = 2_000;

/** From when and until when blocks were sealed, in milliseconds since the epoch; without them all of them. */
export interface ChainRange {
  readonly since?: number;
  readonly until?: number;
}

/** What stands beside the chain at one moment: its head, entries that no block has, and those that wait for one. */
interface Beside {
  readonly last: string | null;
  readonly strays: Entry[];
  readonly unsealed: Entry[];
}

interface BlockRow {
  readonly n: string;
  readonly block: Block;
}

/** The chain with all entries of it, as the lines of an export that `chasqui audit verify` checks without us. */
export async function* exportChain(
  db: Pick<DataSource, 'query'>,
  keys: readonly SigningKey[],
  { since, until }: ChainRange,
  now: number,
): AsyncGenerator<string> {
  yield line({ chasqui: 'audit', version: 1, at: new Date(now).toISOString() });
  const [whole] = await db.query<Beside[]>(besides, times(since, until));
  const { last, strays, unsealed } = whole!;
  const [anchor] = await db.query<{ anchor: Anchor }[]>(
    'select anchor from audit_anchors order by n desc limit 1',
  );
  if (anchor && since === undefined) yield line({ anchor: anchor.anchor });

  let from: Checkpoint | null = null;
  let to: Checkpoint | null = null;
  let signedWith: string | undefined;
  let blocks = 0;
  // By its row: what the block itself says may be anybody's.
  let row = '0';
  let entries = 0;
  for (;;) {
    const page: BlockRow[] = await db.query<BlockRow[]>(blocksAfter, [
      row,
      last ?? 0,
      ...times(since, until),
    ]);
    const found = await entriesOf(
      db,
      page.map(({ block }) => block),
    );
    for (const { n, block } of page) {
      row = n;
      yield line({ block });
      for (const [id] of block.entries) {
        const entry = found.get(id);
        if (entry) yield line({ entry });
      }
      to = { n: block.n, hash: block.hash };
      signedWith = block.key;
      from ??= to;
      blocks += 1;
      entries += block.entries.length;
    }
    if (page.length === 0) break;
  }
  for (const entry of strays) yield line({ entry });
  for (const entry of unsealed) yield line({ unsealed: entry });
  yield line({
    end: signEnd(
      {
        whole: since === undefined && until === undefined,
        blocks,
        entries,
        unsealed: unsealed.length,
        from,
        to,
      },
      // A new key counts from its first block on, which the one before it vouches for.
      keyNamed(keys, signedWith),
    ),
  });
}

async function entriesOf(
  db: Pick<DataSource, 'query'>,
  blocks: readonly Block[],
): Promise<Map<string, Entry>> {
  const ids = blocks.flatMap((block) => block.entries.map(([id]) => id));
  const entries =
    ids.length === 0
      ? []
      : await db.query<Entry[]>(`select ${entryColumns} from audit_entries e where e.id = any($1)`, [ids]);
  return new Map(entries.map((entry) => [entry.id, entry]));
}

const entryJson = `json_build_object('id', e.id, 'at', to_char(e.at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
  'kind', e.kind, 'about', e.about, 'step', e.step, 'content', e.content)`;

/** In one statement, so that an entry that is being sealed is either still waiting or in a block, and never neither. */
const besides = `
  with sealed as (
    select (one ->> 0)::uuid as id from audit_blocks, json_array_elements(block -> 'entries') one
  ), range as (
    select * from audit_entries e where ($1::timestamptz is null or e.at >= $1) and ($2::timestamptz is null or e.at < $2)
  )
  select (select max(n) from audit_blocks) as last,
    coalesce((select json_agg(${entryJson} order by e.id) from (
      select * from range e where not exists (select from sealed where sealed.id = e.id)
        and not exists (select from audit_unsealed u where u.id = e.id) limit 1000) e), '[]') as strays,
    coalesce((select json_agg(${entryJson} order by e.id) from range e join audit_unsealed u on u.id = e.id), '[]') as unsealed`;

const blocksAfter = `
  select n, block from (
    select n, block, entries, sum(entries) over (order by n) as so_far from audit_blocks
    where n > $1 and n <= $2 and ($3::timestamptz is null or at >= $3) and ($4::timestamptz is null or at < $4)
    order by n limit 500) b
  where so_far - entries < ${atOnce} order by n`;

function times(...all: (number | undefined)[]): (string | null)[] {
  return all.map((ms) => (ms === undefined ? null : new Date(ms).toISOString()));
}

function line(content: ExportLine): string {
  return `${JSON.stringify(content)}\n`;
}
