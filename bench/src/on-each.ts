import type { Load } from './load.js';
import type { scaleWorld } from './scale-world.js';

/** A line on each relay there is, three times, as lines of Markdown. `relays` is how many there are. */
export async function onEachOf(
  world: Awaited<ReturnType<typeof scaleWorld>>,
  load: Load,
): Promise<readonly string[]> {
  const relays = world.relayCount;
  world.takes(0);
  const rows: string[] = [];
  for (let round = 1; round <= 3; round++) {
    const { result, usage } = await world.while(() => load.onEach(relays));
    const { firstOrder, lastOrder, reply, afterLastEnd, replyBytes } = result;
    const cpu = (usage.apiCpu * usage.seconds) / relays;
    rows.push(
      `| ${[round, ...[firstOrder, lastOrder, reply, afterLastEnd].map(Math.round), cpu.toFixed(1), (replyBytes / 1024).toFixed(1)].join(' | ')} |`,
    );
  }
  return [
    `\nOne line on each of ${relays} relays (\`--on-each name\`), from when it was said:\n`,
    '| round | first order (ms) | last order (ms) | reply (ms) | of that after the last end | API: CPU a relay (ms) | the reply (KiB) |',
    '|---|---|---|---|---|---|---|',
    ...rows,
  ];
}
