import Docker from 'dockerode';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { busyboxImage, importBusybox, startEngine, type Engine } from '@chasqui/testbed';
import { dockerDriver } from './docker-driver.js';
import { Onlooker } from './driver.contract.js';
import type { Driver, Work } from './driver.js';
import { workOf } from './work.fixture.js';

const started = await startEngine();
const engine: Engine | undefined = 'unavailable' in started ? undefined : started;
if (!engine) console.warn('SKIPPED: what a policy allows containers, with a real engine: it does not start');

describe.runIf(engine)('a container with what a policy allows', () => {
  let driver: Driver;
  let docker: Docker;
  beforeAll(async () => {
    await importBusybox(engine!.dockerHost);
    driver = dockerDriver({ relay: 'fra-1', dockerHost: engine!.dockerHost });
    docker = new Docker({ socketPath: new URL(engine!.dockerHost).pathname });
  });
  afterAll(() => engine?.stop());

  async function run(script: string, over: Partial<Work>) {
    const work = workOf({ image: busyboxImage, executable: ['/bin/sh', '-c', script], ...over });
    const seen = new Onlooker();
    const outcome = await driver.run(work, seen, new AbortController().signal);
    await driver.forget(work);
    return { outcome, text: seen.stdout };
  }

  it('has that capability and no other, as root', async () => {
    const { text } = await run('grep CapEff /proc/self/status', {
      allowRoot: true,
      capabilities: ['NET_RAW'],
    });
    expect(text.trim().split(/\s+/)[1]).toBe((1 << 13).toString(16).padStart(16, '0'));
  });

  it('is in the network that is named', async () => {
    const network = await docker.createNetwork({ Name: 'backend', Driver: 'bridge', Internal: true });
    const { IPAM } = (await network.inspect()) as Docker.NetworkInspectInfo;
    const subnet = IPAM!.Config![0]!.Subnet!;
    const { text } = await run('ip -4 addr show eth0', { network: true, networkName: 'backend' });
    await network.remove();
    expect(text).toContain(`inet ${subnet.split('.').slice(0, 2).join('.')}.`);
  });

  it('does not start where the network is not there, and says so', async () => {
    const { outcome } = await run('true', { network: true, networkName: 'nowhere' });
    expect(outcome).toMatchObject({ kind: 'not-started', detail: expect.stringContaining('nowhere') });
  });
});
