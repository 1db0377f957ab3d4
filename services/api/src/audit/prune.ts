import { signAnchor, type Anchor, type SigningKey } from '@chasqui/audit';
import type { DataSource, EntityManager } from 'typeorm';
import { newId } from '../ids.js';
import { keyNamed } from './audit-keys.js';
import { newEntry } from './new-entry.js';
import { writeEntries } from './write-entries.js';

/** So many blocks go in one transaction. */
const atOnce = 50;

/** What was removed. */
export interface Pruned {
  readonly blocks: number;
  readonly entries: number;
  /** Where the chain begins now; undefined where nothing was ever removed. */
  readonly anchor?: Anchor;
}

/**
 * Removes the oldest blocks with their entries: those that were sealed before `before`, but never the last block. It leaves a signed anchor, from
 * which the rest of the chain still verifies, and an entry that says so. Only the role that owns the tables can. Where it is interrupted the chain
 * is whole, and it goes on the next time.
 * @param before milliseconds since the epoch
 */
export async function prune(
  owner: DataSource,
  keys: readonly SigningKey[],
  before: number,
  now: number,
): Promise<Pruned> {
  let blocks = 0;
  let entries = 0;
  for (;;) {
    const some = await owner.transaction((manager) => pruneSome(manager, keys, before, now));
    if (!some) break;
    blocks += some.blocks;
    entries += some.entries;
  }
  const [row] = await owner.query<{ anchor: Anchor }[]>(
    'select anchor from audit_anchors order by n desc limit 1',
  );
  if (blocks > 0) {
    const resource = { kind: 'audit', name: `blocks to ${row!.anchor.n}` };
    const content = {
      action: 'audit.prune',
      method: 'operator',
      resource,
      details: { blocks, entries },
      result: 'allowed',
    };
    await writeEntries(owner, [newEntry('action', newId(), 0, content, now)]);
  }
  return { blocks, entries, ...(row && { anchor: row.anchor }) };
}

async function pruneSome(
  manager: EntityManager,
  keys: readonly SigningKey[],
  before: number,
  now: number,
): Promise<{ blocks: number; entries: number } | undefined> {
  await manager.query(`set local chasqui.audit_prune = 'on'`);
  const found = await manager.query<{ n: string; hash: string; key: string; entries: number }[]>(
    `select n, hash, block ->> 'key' as key, entries from audit_blocks
     where n < coalesce((select min(n) from audit_blocks where at >= $1), 9223372036854775807) and n < (select max(n) from audit_blocks)
     order by n limit ${atOnce}`,
    [new Date(before).toISOString()],
  );
  const last = found.at(-1);
  if (!last) return undefined;
  const entries = found.reduce((sum, one) => sum + one.entries, 0);
  const [earlier] = await manager.query<{ anchor: Anchor }[]>(
    'select anchor from audit_anchors order by n desc limit 1',
  );
  const n = Number(last.n);
  const anchor = signAnchor(
    {
      n,
      hash: last.hash,
      at: new Date(now).toISOString(),
      entries: entries + (earlier?.anchor.entries ?? 0),
    },
    // What is left goes on from that block, so whoever believes its key believes this.
    keyNamed(keys, last.key),
  );
  await manager.query(
    `delete from audit_entries where id in (
       select (one ->> 0)::uuid from audit_blocks, json_array_elements(block -> 'entries') one where n <= $1)`,
    [n],
  );
  await manager.query('delete from audit_blocks where n <= $1', [n]);
  // The new one stands for those before it.
  await manager.query('delete from audit_anchors');
  await manager.query('insert into audit_anchors (n, at, anchor) values ($1, $2, $3::json)', [
    n,
    anchor.at,
    JSON.stringify(anchor),
  ]);
  return { blocks: found.length, entries };
}
