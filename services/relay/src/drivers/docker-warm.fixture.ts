import { busyboxImage } from '@chasqui/testbed';
import { dockerDriver } from './docker-driver.js';
import { shell, type EngineForTests } from './docker.fixture.js';
import { warmPrefix, type WarmSettings } from './docker-warm.js';
import { Onlooker } from './driver.contract.js';
import type { Driver, Work } from './driver.js';
import { executionName } from './execution-name.js';
import { workOf } from './work.fixture.js';

const never = new AbortController().signal;

/** An engine with a relay that has containers started ahead, and one that has none. */
export async function warmWorld({ docker, dockerHost }: EngineForTests) {
  const complaints: string[] = [];
  const open = (relay: string, over: Partial<WarmSettings> = {}) =>
    dockerDriver({
      relay,
      dockerHost,
      assistantImage: busyboxImage,
      warm: { assistantImage: busyboxImage, cannot: (said) => complaints.push(said), ...over },
    });
  /** Those of a relay that wait. */
  const waiting = (relay = 'warm-1') =>
    docker.listContainers({ filters: { name: [warmPrefix], label: [`dev.chasqui.relay=${relay}`] } });
  /** Until there are at least so many. */
  const wait = async (count: number, relay?: string) => {
    while ((await waiting(relay)).length < count) await new Promise((resolve) => setTimeout(resolve, 20));
  };
  const run = async (work: Work, driver: Driver) => {
    const seen = new Onlooker();
    const outcome = await driver.run(work, seen, never);
    const { Config } = await docker
      .getContainer(executionName(work))
      .inspect()
      .catch(() => ({ Config: undefined }));
    await driver.forget(work);
    return { outcome, seen, wasWarm: 'dev.chasqui.warm' in (Config?.Labels ?? {}), config: Config };
  };
  /** Runs it until it was in a container that was started ahead: the first time there is none of its kind. */
  const runWarm = async (over: Partial<Work>) => {
    for (let tries = 0; tries < 10; tries += 1) {
      const ran = await run(workOf({ image: busyboxImage, ...over }), warm);
      if (ran.wasWarm) return ran;
    }
    throw new Error('it never was');
  };
  const cold: Driver = dockerDriver({ relay: 'cold-1', dockerHost });
  const warm = open('warm-1');
  await run(shell('true'), warm);
  const close = async () => {
    await warm.close!();
    return waiting();
  };
  return { docker, cold, warm, complaints, open, waiting, wait, run, runWarm, close };
}

export type WarmWorld = Awaited<ReturnType<typeof warmWorld>>;
