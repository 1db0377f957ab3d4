import { freshDatabase } from '@chasqui/testbed';
import { whenPostgres } from '@chasqui/testbed/when';
import fc from 'fast-check';
import type { DataSource } from 'typeorm';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openDatabase } from '../database.js';
import { newId } from '../ids.js';
import { takeTurns } from './queues.js';

/** What an execution needs: a lock, a place under a limit, or both. */
interface Needs {
  readonly lock?: string;
  readonly limit?: { readonly of: string; readonly most: number };
}

type Happening =
  | { readonly kind: 'comes'; readonly needs: Needs }
  /** The execution of this number, among those there are, ends, is lost, or is given up. */
  | { readonly kind: 'ends' | 'lost' | 'gone'; readonly which: number };

const limits = { c: 2, d: 1 } as const;
const anyLimit = fc.constantFrom('c' as const, 'd' as const).map((of) => ({ of, most: limits[of] }));
const anyNeeds: fc.Arbitrary<Needs> = fc.oneof(
  fc.record({ lock: fc.constantFrom('a', 'b') }),
  fc.record({ limit: anyLimit }),
  fc.record({ lock: fc.constantFrom('a', 'b'), limit: anyLimit }),
);
const anyHappening: fc.Arbitrary<Happening> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('comes' as const), needs: anyNeeds }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('ends' as const), which: fc.nat(20) }) },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constantFrom('lost' as const, 'gone' as const), which: fc.nat(20) }),
  },
);

whenPostgres('the queues', (serverUrl) => {
  let dataSource: DataSource;
  let drop: () => Promise<void>;
  beforeAll(async () => {
    const fresh = await freshDatabase(serverUrl);
    drop = () => fresh.drop();
    dataSource = await openDatabase({ url: fresh.url, connections: 8 }, () => undefined);
  });
  afterAll(async () => {
    await dataSource.destroy();
    await drop();
  });

  it(
    'let nobody in who would be too many, nobody pass who came later, and nobody wait for ever',
    { timeout: 120_000 },
    async () => {
      await fc.assert(
        fc.asyncProperty(fc.array(anyHappening, { minLength: 5, maxLength: 25 }), async (happenings) => {
          await dataSource.query('truncate runs cascade');
          const all: Execution[] = [];
          for (const happening of happenings) {
            await happen(happening, all);
            await settle(all);
          }
          while (all.some(isOpen)) {
            const running = all.find(({ state }) => state === 'running');
            expect(running, 'somebody waits, and nobody runs').toBeDefined();
            await happen({ kind: 'ends', which: all.indexOf(running!) }, all);
            await settle(all);
          }
        }),
        { numRuns: 8 },
      );
    },
  );

  interface Execution {
    readonly id: string;
    readonly runId: string;
    readonly needs: Needs;
    state: 'waiting' | 'running' | 'ended';
  }

  async function happen(happening: Happening, all: Execution[]): Promise<void> {
    if (happening.kind === 'comes') {
      const execution = { id: newId(), runId: newId(), needs: happening.needs, state: 'waiting' as const };
      await write(execution);
      all.push(execution);
      return;
    }
    const one = all[happening.which];
    const fits = happening.kind === 'gone' ? one?.state === 'waiting' : one?.state === 'running';
    if (!one || !fits) return;
    // What is lost keeps what it holds, and so counts as running; its truth comes when it "ends".
    const state = { ends: 'succeeded', lost: 'lost', gone: 'cancelled' }[happening.kind];
    await dataSource.query('update executions set state = $2 where id = $1', [one.id, state]);
    if (state !== 'lost') one.state = 'ended';
  }

  /** Everybody looks, two at a time, until nobody gets on any more; and each time it is looked whether all is right. */
  async function settle(all: Execution[]): Promise<void> {
    for (let moved = true; moved;) {
      moved = false;
      const waiting = all.filter(({ state }) => state === 'waiting');
      for (let at = 0; at < waiting.length; at += 2) {
        const taken = await Promise.all(waiting.slice(at, at + 2).map(look));
        moved ||= taken.includes(true);
      }
      check(all);
    }
  }

  async function look(execution: Execution): Promise<boolean> {
    return dataSource.transaction(async (manager) => {
      const taken = await takeTurns(manager, execution.runId, 0, Date.now());
      if (taken.length === 0) return false;
      await manager.query(`update executions set state = 'running', started_at = now() where id = any($1)`, [
        taken,
      ]);
      execution.state = 'running';
      return true;
    });
  }

  function check(all: readonly Execution[]): void {
    const running = all.filter(({ state }) => state === 'running');
    for (const lock of ['a', 'b'])
      expect(running.filter(({ needs }) => needs.lock === lock).length).toBeLessThanOrEqual(1);
    for (const [of, most] of Object.entries(limits))
      expect(running.filter(({ needs }) => needs.limit?.of === of).length).toBeLessThanOrEqual(most);
    // Of those that need the same nobody runs while one waits who came before.
    for (const [at, one] of all.entries())
      if (one.state === 'waiting')
        expect(
          all.slice(at + 1).filter((later) => needsSame(later, one) && later.state === 'running'),
        ).toEqual([]);
  }

  async function write({ id, runId, needs: { lock, limit } }: Execution): Promise<void> {
    await dataSource.query(
      `insert into runs (id, message_key, line, status, adapter, room, sender, in_reply_to, accepted_at, staged)
       values ($1::uuid, $1, '', 'accepted', 'test', '', '', '', now(), true)`,
      [runId],
    );
    await dataSource.query(
      `insert into executions (id, run_id, relay, attempt, state, start_by, timeout_ms, waits_for, lock_key, limit_key, limit_most)
       values ($1, $2, 'fra-1', 1, 'waiting', now(), 60000, 'lock', $3, $4, $5)`,
      [id, runId, lock ?? null, limit?.of ?? null, limit?.most ?? null],
    );
  }
});

function isOpen({ state }: { readonly state: string }): boolean {
  return state !== 'ended';
}

function needsSame(
  { needs: a }: { readonly needs: Needs },
  { needs: b }: { readonly needs: Needs },
): boolean {
  return a.lock === b.lock && a.limit?.of === b.limit?.of;
}
