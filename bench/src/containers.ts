import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { containerOf } from '@chasqui/relay/drivers/docker-container';
import { dockerDriver } from '@chasqui/relay/drivers/docker-driver';
import { engineClient } from '@chasqui/relay/drivers/docker-engine';
import { DockerImages, type Image } from '@chasqui/relay/drivers/docker-images';
import { warmPrefix } from '@chasqui/relay/drivers/docker-warm';
import type { Driver, Work } from '@chasqui/relay/drivers/driver';
import { busyboxImage, importBusybox, startEngine } from '@chasqui/testbed';
import { percentile } from './marks.js';

/** How one trivial command went: milliseconds from being asked for to its first byte of output, and to its exit code. */
interface Sample {
  readonly first: number;
  readonly end: number;
}
type Runner = (work: Work) => Promise<Sample>;

const never = new AbortController().signal;

/**
 * The Docker driver against the engine's bare API doing the same, and containers started ahead against cold ones, on one engine and in turns.
 * Prints a Markdown table. @throws where there is no engine
 */
export async function benchContainers(quick: boolean): Promise<void> {
  const engine = await startEngine();
  if ('unavailable' in engine) throw new Error(engine.unavailable);
  const { dockerHost } = engine;
  await importBusybox(dockerHost);
  const docker = await engineClient(dockerHost);
  const image = (await new DockerImages(docker, undefined).ensure(busyboxImage, never)) as Image;
  const cold = dockerDriver({ relay: 'bench', dockerHost });
  const warm = dockerDriver({ relay: 'bench', dockerHost, warm: { assistantImage: busyboxImage } });
  const bare: Runner = async (work) => {
    const start = performance.now();
    const container = await docker.createContainer(containerOf(work, 'bench', image, 2));
    const output = await container.attach({ stream: true, stdout: true, stderr: true });
    const printed = once(output, 'data').then(() => performance.now() - start);
    await container.start();
    await container.wait();
    const first = await printed;
    await container.inspect();
    const end = performance.now() - start;
    await container.remove({ v: true, force: true });
    return { first, end };
  };
  const ways: [string, Runner][] = [
    ['bare engine API', bare],
    ['cold', through(cold)],
    ['started ahead', through(warm)],
  ];
  const waiting = async () => (await docker.listContainers({ filters: { name: [warmPrefix] } })).length;

  process.stdout.write(
    '| in flight | way | order → first output p50 / p95 (ms) | order → exit code p50 / p95 (ms) | a second |\n|---|---|---|---|---|\n',
  );
  for (const [inFlight, rounds] of [
    [1, quick ? 10 : 40],
    [8, quick ? 3 : 10],
  ] as const) {
    const samples = new Map(ways.map(([name]) => [name, [] as Sample[]]));
    const took = new Map(ways.map(([name]) => [name, 0]));
    for (let round = 0; round <= rounds; round += 1) {
      for (const [name, run] of ways) {
        await settled(waiting, name === 'started ahead' && round > 0 ? inFlight : 0);
        const start = performance.now();
        const burst = await Promise.all(Array.from({ length: inFlight }, () => run(echo())));
        // The first round only warms up.
        if (round === 0) continue;
        samples.get(name)!.push(...burst);
        took.set(name, took.get(name)! + performance.now() - start);
      }
    }
    for (const [name, all] of samples) {
      const two = (of: (sample: Sample) => number) =>
        [0.5, 0.95].map((share) => percentile(all.map(of), share).toFixed(0)).join(' / ');
      const perSecond = ((all.length / took.get(name)!) * 1000).toFixed(1);
      process.stdout.write(
        `| ${inFlight} | ${name} | ${two(({ first }) => first)} | ${two(({ end }) => end)} | ${perSecond} |\n`,
      );
    }
  }
  await warm.close!();
  await engine.stop();
}

/** Until so many wait for an order, all but one: that many may have been given up meanwhile. And until no more are being started. */
async function settled(waiting: () => Promise<number>, most: number): Promise<void> {
  for (let before = -1, now = 0; before !== now || now < most - 1;) {
    await delay(1000);
    before = now;
    now = await waiting();
  }
}

function through(driver: Driver): Runner {
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

function echo(): Work {
  return {
    runId: 'bench',
    executionId: randomUUID(),
    attempt: 1,
    image: busyboxImage,
    executable: ['/bin/sh', '-c', 'echo {}; echo err >&2; exit 3'],
    args: [],
    env: { LEVEL: '1' },
    limits: { memoryBytes: 64 * 1024 ** 2, cpus: 1, pids: 64, outputBytes: 1024 ** 2 },
    network: false,
    writableRoot: false,
    allowRoot: false,
  };
}
