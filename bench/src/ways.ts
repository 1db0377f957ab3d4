import type { Driver, Work } from '@chasqui/relay/drivers/driver';
import { percentile } from './marks.js';

/** How one trivial command went: milliseconds from being asked for to its first byte of output, and to its exit code. */
export interface Sample {
  readonly first: number;
  readonly end: number;
}

/** One way to run it. */
export type Runner = (work: Work) => Promise<Sample>;

/**
 * Takes ways to run the same in turns, so that what else happens on the machine happens to all of them, and prints a Markdown table.
 * @param rounds how many in flight, and how many turns; one more goes before and only warms up
 * @param ready before each turn of a way
 */
export async function inTurns(
  ways: readonly (readonly [string, Runner])[],
  rounds: readonly (readonly [inFlight: number, turns: number])[],
  make: () => Work,
  ready: (way: string, round: number, inFlight: number) => Promise<void> = async () => undefined,
): Promise<void> {
  process.stdout.write(
    '| in flight | way | order → first output p50 / p95 (ms) | order → exit code p50 / p95 (ms) | a second |\n|---|---|---|---|---|\n',
  );
  for (const [inFlight, turns] of rounds) {
    const samples = new Map(ways.map(([name]) => [name, [] as Sample[]]));
    const took = new Map(ways.map(([name]) => [name, 0]));
    for (let round = 0; round <= turns; round += 1) {
      for (const [name, run] of ways) {
        await ready(name, round, inFlight);
        const start = performance.now();
        const burst = await Promise.all(Array.from({ length: inFlight }, () => run(make())));
        // The first round only warms up.
        if (round === 0) continue;
        samples.get(name)!.push(...burst);
        took.set(name, took.get(name)! + performance.now() - start);
      }
    }
    for (const [name, all] of samples) {
      const two = (of: (sample: Sample) => number) =>
        [0.5, 0.95].map((share) => percentile(all.map(of), share).toFixed(1)).join(' / ');
      const perSecond = ((all.length / took.get(name)!) * 1000).toFixed(1);
      process.stdout.write(
        `| ${inFlight} | ${name} | ${two(({ first }) => first)} | ${two(({ end }) => end)} | ${perSecond} |\n`,
      );
    }
  }
}

const never = new AbortController().signal;

/** By a driver of ours. The command prints something and leaves with 3. */
export function through(driver: Driver): Runner {
  return async (work) => {
    const start = performance.now();
    let first = Number.NaN;
    const outcome = await driver.run(
      work,
      {
        started: () => undefined,
        write: () => void (first = Number.isNaN(first) ? performance.now() - start : first),
      },
      never,
    );
    const end = performance.now() - start;
    if (outcome.kind !== 'exited' || outcome.exitCode !== 3) throw new Error(JSON.stringify(outcome));
    await driver.forget(work);
    return { first, end };
  };
}
