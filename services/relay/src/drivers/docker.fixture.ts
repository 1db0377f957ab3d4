import { busyboxImage, importBusybox, startEngine, type Engine } from '@chasqui/testbed';
import Docker from 'dockerode';
import { expect, it } from 'vitest';
import { Onlooker } from './driver.contract.js';
import type { Driver, Work } from './driver.js';
import { workOf } from './work.fixture.js';

export interface EngineForTests extends Engine {
  readonly docker: Docker;
}

/** An engine that has a busybox, and a test that there is one wherever CI says that nothing may be missing; undefined, and said, where there is none. */
export async function engineForTests(what: string): Promise<EngineForTests | undefined> {
  const started = await startEngine();
  const why = 'unavailable' in started ? started.unavailable : '';
  it('has a container engine wherever CI says that nothing may be missing', () => {
    expect(why === '' || process.env['CI'] !== 'true', why).toBe(true);
  });
  if ('unavailable' in started) {
    console.warn(`SKIPPED: ${what}: ${why}`);
    return undefined;
  }
  await importBusybox(started.dockerHost);
  return Object.assign(started, { docker: new Docker({ socketPath: new URL(started.dockerHost).pathname }) });
}

/** For what is only looked at, and never run, where there is none. */
export const noEngine = {} as EngineForTests;

/** A work that runs a script in a busybox. */
export function shell(script: string, over: Partial<Work> = {}): Work {
  return workOf({ image: busyboxImage, executable: ['/bin/sh', '-c', script], ...over });
}

/** Runs works with a driver, and tells what it reported of each. */
export function runsWith(driver: Driver) {
  return async (work: Work, signal: AbortSignal = new AbortController().signal) => {
    const seen = new Onlooker();
    const outcome = await driver.run(work, seen, signal);
    return { outcome, seen };
  };
}

/** How many containers and volumes of a work there are. */
export async function remainsOf(docker: Docker, name: string): Promise<number> {
  const filters = { name: [name] };
  const { Volumes } = await docker.listVolumes({ filters });
  return (await docker.listContainers({ all: true, filters })).length + Volumes.length;
}
