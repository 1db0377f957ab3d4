import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { containerOf } from '@chasqui/relay/drivers/docker-container';
import { dockerDriver } from '@chasqui/relay/drivers/docker-driver';
import { engineClient } from '@chasqui/relay/drivers/docker-engine';
import { DockerImages, type Image } from '@chasqui/relay/drivers/docker-images';
import { warmPrefix } from '@chasqui/relay/drivers/docker-warm';
import type { Work } from '@chasqui/relay/drivers/driver';
import { busyboxImage, importBusybox, startEngine } from '@chasqui/testbed';
import { inTurns, through, type Runner } from './ways.js';

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

  const rounds = [
    [1, quick ? 10 : 40],
    [8, quick ? 3 : 10],
  ] as const;
  await inTurns(ways, rounds, echo, (name, round, inFlight) =>
    settled(waiting, name === 'started ahead' && round > 0 ? inFlight : 0),
  );
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
