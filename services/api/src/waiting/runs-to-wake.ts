import { choose, type RelayView } from '@chasqui/relay-selection';
import type { EntityManager } from 'typeorm';
import { needOfKept, type KeptNeed } from './queued-of.js';
import { queueMoves } from './queues.js';

type Database = Pick<EntityManager, 'query'>;

/** The runs of which something waits whose time has come or is over, or that may have what it waits for; those that began to wait first. */
export async function runsToWake(db: Database, now: number, most: number): Promise<readonly string[]> {
  const rows = await db.query<{ run_id: string }[]>(
    `select run_id from executions e
     where state = 'waiting' and waits_for in ('wave', 'lock', 'limit', 'relay', 'retry')
       and (give_up_at <= to_timestamp($1 / 1000.0)
         or waits_for in ('wave', 'retry') and not_before <= to_timestamp($1 / 1000.0)
         or waits_for = 'relay' and place is null
         or waits_for in ('lock', 'limit') and ${queueMoves('$1')})
     group by run_id order by min(coalesce(place, ${lastOfAll})), run_id limit $2`,
    [now, most],
  );
  return rows.map((row) => row.run_id);
}

/** The runs that wait for a relay, where one of these would do, those that began to wait first. Whether it may be taken is seen when they are woken. */
export async function runsToPlace(
  db: Database,
  relays: readonly RelayView[],
  most: number,
): Promise<readonly string[]> {
  const rows = await db.query<(KeptNeed & { run_id: string })[]>(
    `select e.run_id, s.stage ->> 'selector' as selector, s.stage -> 'command' ->> 'image' as image, s.stage -> 'command' -> 'platforms' as platforms
     from executions e join runs r on r.id = e.run_id cross join lateral (select r.plan -> 'stages' -> e.stage as stage) s
     where e.state = 'waiting' and e.waits_for = 'relay' order by e.place nulls last, e.run_id`,
  );
  const known = new Map<string, boolean>();
  const fits = ({ selector, image, platforms }: KeptNeed) => {
    const need = { selector, image: image && 'any', platforms };
    const key = JSON.stringify(need);
    if (!known.has(key)) known.set(key, choose(needOfKept(need), relays, '').kind === 'chosen');
    return known.get(key)!;
  };
  return [...new Set(rows.filter(fits).map((row) => row.run_id))].slice(0, most);
}

/** What has no place yet. */
const lastOfAll = '9223372036854775807';
