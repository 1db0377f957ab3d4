import type Docker from 'dockerode';
import { assistantFolder } from './docker-hand-over.js';
import { engineMs, remove, within } from './docker-calls.js';
import { labels } from './docker-container.js';
import type { DockerImages } from './docker-images.js';

/** What copies itself into a volume, from where every warm container of this engine has it. */
const copyItself = `cp /proc/self/exe ${assistantFolder}/new && chmod 755 ${assistantFolder}/new && mv -f ${assistantFolder}/new ${assistantFolder}/busybox`;

/**
 * A volume of the engine with a static busybox in it, out of an image that has one: so that a container of an image without a shell can wait
 * for its order, too. It is as good as empty, and stays.
 *
 * @throws when the image cannot be had, or what it has is no busybox
 */
export async function prepareAssistant(
  docker: Docker,
  images: DockerImages,
  { image, relay }: { image: string; relay: string },
  signal: AbortSignal,
): Promise<string> {
  const found = await images.ensure(image, signal);
  if (found === 'aborted') throw new Error('no longer wanted');
  if ('kind' in found) throw new Error(found.detail);
  const volume = `chasqui-assistant-${found.id.replace(/^sha256:/, '').slice(0, 12)}`;
  await within(engineMs, docker.createVolume({ Name: volume, Labels: { [labels.assistant]: image } }));
  const container = await within(
    engineMs,
    docker.createContainer({
      Image: found.id,
      Entrypoint: ['sh', '-c', copyItself],
      Cmd: [],
      User: '0:0',
      Labels: { [labels.relay]: relay, [labels.warm]: 'assistant' },
      HostConfig: {
        CapDrop: ['ALL'],
        SecurityOpt: ['no-new-privileges'],
        NetworkMode: 'none',
        ReadonlyRootfs: true,
        Mounts: [assistantMount(volume, false)],
      },
    }),
  );
  try {
    await within(engineMs, container.start());
    const { StatusCode } = (await within(engineMs, container.wait())) as { StatusCode: number };
    if (StatusCode !== 0) throw new Error(`the image ${image} has no busybox that copies itself`);
    return volume;
  } finally {
    await remove(container).catch(() => undefined);
  }
}

/** How containers see that volume: only to be read, but for the one that fills it. */
export function assistantMount(volume: string, readOnly = true) {
  return {
    Type: 'volume' as const,
    Source: volume,
    Target: assistantFolder,
    ReadOnly: readOnly,
    VolumeOptions: { NoCopy: true, Labels: {}, DriverConfig: { Name: 'local', Options: {} } },
  };
}
