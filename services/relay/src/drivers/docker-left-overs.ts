import type Docker from 'dockerode';
import { engineMs, remove, within } from './docker-calls.js';
import { labels } from './docker-container.js';
import { executionOf } from './docker-file-volumes.js';
import { removeVolume } from './docker-files.js';
import { warmPrefix } from './docker-warm.js';

export interface LeftOvers {
  readonly relay: string;
  /** This process of the relay, whose own warm containers stay. */
  readonly instance: string;
  /** The names of what the journal still knows. */
  readonly inHand: ReadonlySet<string>;
  readonly olderThanMs: number;
}

/**
 * Removes the containers of this relay, and the volumes, that nobody will ask for again: those that an earlier process of it started ahead, and those that its
 * journal does not know, once they are older than anything may run. How old they are is reckoned by the engine's clock, which gave them their
 * times.
 */
export async function removeLeftOvers(docker: Docker, given: LeftOvers): Promise<void> {
  const { relay, instance, inHand, olderThanMs } = given;
  const [{ SystemTime }, found] = await Promise.all([
    within(engineMs, docker.info()) as Promise<{ SystemTime: string }>,
    within(engineMs, docker.listContainers({ all: true, filters: { label: [`${labels.relay}=${relay}`] } })),
  ]);
  const { Volumes: volumes } = await within(
    engineMs,
    docker.listVolumes({ filters: { label: [`${labels.relay}=${relay}`] } }),
  );
  const oldest = (Date.parse(SystemTime) - olderThanMs) / 1000;
  for (const { Id, Names, Labels, Created } of found) {
    const name = (Names[0] ?? '').slice(1);
    const by = Labels[labels.warm];
    if (by === instance) continue;
    const waits = by !== undefined && name.startsWith(warmPrefix);
    if (waits || (!inHand.has(executionOf(name)) && Created < oldest)) await remove(docker.getContainer(Id));
  }
  for (const { Name, ...volume } of volumes) {
    const { CreatedAt } = volume as { CreatedAt?: string };
    if (!inHand.has(executionOf(Name)) && Date.parse(CreatedAt ?? '') / 1000 < oldest)
      await removeVolume(docker, Name);
  }
}
