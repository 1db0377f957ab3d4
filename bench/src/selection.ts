import { place } from '@chasqui/api/commands/place';
import type { Entry } from '@chasqui/api/commands/catalogue';
import { SitePolicy } from '@chasqui/api/site-rules/site-policy';
import { boardOf, heartbeatOf } from './board-of.js';
import { percentile } from './marks.js';

/** How long it takes to choose one relay among so many, as a command does: from the board as it is to the relay's name. Milliseconds. */
export interface SelectionTime {
  readonly relays: number;
  readonly selector: string;
  /** How many heartbeats are heard between two choices. */
  readonly heard: number;
  readonly p50: number;
  readonly p99: number;
  /** CPU time of one, on average: what of it remains where others keep the machine busy. */
  readonly cpu: number;
}

const selectors = ['dc=dc3', 'dc in (dc0,dc10),gpu', 'name=relay-00777', ''];

/** Chooses among these relays while heartbeats are heard in between: as many as would be with one each five seconds and a hundred lines a second. */
export async function benchSelection(relays: number, times = 500): Promise<SelectionTime[]> {
  const now = Date.now();
  const board = await boardOf(relays, now);
  for (let index = 0; index < relays; index++) board.heard(heartbeatOf(index, now), now);
  const heard = Math.round(relays / 5 / 100);
  const found: SelectionTime[] = [];
  for (const selector of selectors) {
    const taken: number[] = [];
    let cpu = 0;
    for (let round = -300; round < times; round++) {
      for (let beat = 0; beat < heard; beat++) {
        const index = (round * heard + beat + 1_000_000) % relays;
        board.heard(heartbeatOf(index, now + 5_000 + round * 10), now + 5_000 + round * 10);
      }
      const busy = process.cpuUsage();
      const start = performance.now();
      const views = board.views(now + 5_000 + round * 10).map((relay) => SitePolicy.none.asCounted(relay));
      const { place: chosen } = place(
        entry,
        selector === '' ? undefined : selector,
        {
          relays: views,
          now,
          key: `run ${round}`,
          policy: SitePolicy.none,
          place: { channel: 'slack/T1/C1' },
        },
        undefined,
      );
      const tookMs = performance.now() - start;
      const { user, system } = process.cpuUsage(busy);
      if (round >= 0) {
        taken.push(tookMs);
        cpu += (user + system) / 1000;
      }
      if (!chosen) throw new Error(`no relay for ${selector}`);
    }
    found.push({
      relays,
      selector,
      heard,
      p50: percentile(taken, 0.5),
      p99: percentile(taken, 0.99),
      cpu: cpu / times,
    });
  }
  return found;
}

const entry = {
  fullName: 'bench:nothing',
  selectors: [],
  command: { name: 'nothing' },
} as unknown as Entry;
