import Docker from 'dockerode';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { busyboxImage, importBusybox, startEngine } from '@chasqui/testbed';
import { labels } from './docker-container.js';
import { dockerDriver } from './docker-driver.js';
import { warmPrefix } from './docker-warm.js';

const started = await startEngine();
const engine = 'unavailable' in started ? undefined : started;
if ('unavailable' in started) console.warn(`SKIPPED: what relays leave behind: ${started.unavailable}`);

const hour = 3_600_000;
let docker: Docker;

beforeAll(async () => {
  if (!engine) return;
  await importBusybox(engine.dockerHost);
  docker = new Docker({ socketPath: new URL(engine.dockerHost).pathname });
});
afterAll(() => engine?.stop());

it.runIf(engine)('removes what nobody will ask for again, and nothing else', async () => {
  const of = (relay: string, name: string, more: Record<string, string> = {}) =>
    docker.createContainer({ Image: busyboxImage, name, Labels: { [labels.relay]: relay, ...more } });
  const made = await Promise.all([
    of('fra-1', `${warmPrefix}earlier`, { [labels.warm]: 'an earlier process' }),
    of('fra-2', `${warmPrefix}another`, { [labels.warm]: 'another relay' }),
    of('fra-1', 'chasqui-known-1'),
    of('fra-1', 'chasqui-unknown-1'),
    // It was started ahead once, and is an execution now.
    of('fra-1', 'chasqui-handed-1', { [labels.warm]: 'an earlier process' }),
    of('fra-2', 'chasqui-unknown-2'),
    docker.createContainer({ Image: busyboxImage, name: 'somebody' }),
  ]);
  const names = async () =>
    (await docker.listContainers({ all: true })).map(({ Names }) => Names[0]!.slice(1)).sort();
  const driver = dockerDriver({ relay: 'fra-1', dockerHost: engine!.dockerHost });
  const inHand = new Set(['chasqui-known-1']);

  await driver.removeLeftOvers!(inHand, hour);
  const young = ['chasqui-handed-1', 'chasqui-known-1', 'chasqui-unknown-1', 'chasqui-unknown-2'];
  expect(await names()).toEqual([...young, `${warmPrefix}another`, 'somebody'].sort());

  await driver.removeLeftOvers!(inHand, -hour);
  expect(await names()).toEqual(['chasqui-known-1', 'chasqui-unknown-2', `${warmPrefix}another`, 'somebody']);
  await Promise.all(made.map((container) => container.remove().catch(() => undefined)));
});

it('cannot say so without an engine', async () => {
  const driver = dockerDriver({ relay: 'fra-1', dockerHost: 'unix:///nowhere/docker.sock' });
  await expect(driver.removeLeftOvers!(new Set(), hour)).rejects.toMatchObject({
    code: 'engine-unavailable',
  });
});
