import type { Readable } from 'node:stream';
import type { Outcome } from '@chasqui/contracts';
import type Docker from 'dockerode';
import { engineMs, remove, statusOf, within } from './docker-calls.js';
import { labels } from './docker-container.js';
import { keeperSuffix, volumeMount, volumesOf, volumeSuffixes } from './docker-file-volumes.js';
import { readFrames } from './docker-frames.js';
import type { DockerImages } from './docker-images.js';
import type { Collected, Work } from './driver.js';
import { executionName } from './execution-name.js';
import { Frames, newMark } from './frames.js';
import { framing, shipFiles, shipWords } from './ship-files.js';
import { ShippedFiles } from './shipped-files.js';
import { tarOf } from './tar-of.js';

/**
 * Makes the volumes of a work, and a container beside it that holds on to them: what is in memory would go with the command, before it was
 * collected. Gives the outcome where that cannot be. @throws what the engine says
 */
export async function layDockerFiles(
  docker: Docker,
  images: DockerImages,
  { relay, assistantImage }: { readonly relay: string; readonly assistantImage?: string | undefined },
  work: Work,
  signal: AbortSignal,
): Promise<Outcome | undefined> {
  if (assistantImage === undefined) return noAssistant;
  const image = await images.ensure(assistantImage, signal);
  if (image === 'aborted') return { kind: 'cancelled' };
  if ('kind' in image) return image;
  const Labels = {
    [labels.relay]: relay,
    [labels.run]: work.runId,
    [labels.execution]: work.executionId,
    [labels.attempt]: String(work.attempt),
  };
  const volumes = volumesOf(work);
  for (const { name: Name, bytes } of volumes) {
    const DriverOpts = { type: 'tmpfs', device: 'tmpfs', o: `size=${bytes},mode=1777,nosuid,nodev` };
    await within(engineMs, docker.createVolume({ Name, Driver: 'local', DriverOpts, Labels }));
  }
  const keeper = await within(
    engineMs,
    docker.createContainer({
      name: executionName(work) + keeperSuffix,
      Image: image.id,
      Entrypoint: ['cat'],
      Cmd: [],
      OpenStdin: true,
      User: '65534:65534',
      Labels,
      HostConfig: {
        CapDrop: ['ALL'],
        SecurityOpt: ['no-new-privileges'],
        NetworkMode: 'none',
        ReadonlyRootfs: true,
        Memory: 32 * 1024 ** 2 + volumes.reduce((sum, { bytes }) => sum + bytes, 0),
        PidsLimit: 16,
        Tmpfs: { '/frames': 'rw,nosuid,nodev,size=1m,mode=1777' },
        Mounts: volumes.map(({ name, kept, readOnly }) => volumeMount(name, kept, !readOnly)),
      },
    }),
  );
  await within(engineMs, keeper.start());
  if (work.filesIn?.length)
    await within(engineMs, keeper.putArchive(tarOf(work.filesIn), { path: '/files-in' }) as Promise<unknown>);
  return undefined;
}

/** What stands in the folder now that the command is over; a text that says why that cannot be known. */
export async function collectDockerFiles(docker: Docker, work: Work): Promise<Collected | string> {
  const folder = work.filesOut!;
  try {
    const keeper = docker.getContainer(executionName(work) + keeperSuffix);
    const mark = newMark();
    const exec = await within(
      engineMs,
      keeper.exec({
        Cmd: ['sh', '-c', `${framing}\n${shipFiles}\nship "$@"\nend`, mark, ...shipWords(folder)],
        AttachStdout: true,
        AttachStderr: true,
      }),
    );
    const stream = (await within(engineMs, exec.start({}))) as Readable;
    const files = new ShippedFiles();
    const frames = new Frames(mark, (kind, bytes) => files.take(kind, bytes));
    await within(engineMs, frames.read(stdoutOf(stream))).finally(() => stream.destroy());
    if (!frames.ended || frames.missing > 0) return 'the container that kept them did not give them';
    return files.collected(folder, true);
  } catch (error) {
    return `the engine did not give them: ${(error as Error).message}`;
  }
}

/** Removes what keeps them. @throws what the engine says, unless it is gone already */
export async function removeDockerFiles(
  docker: Docker,
  work: Pick<Work, 'executionId' | 'attempt'>,
): Promise<void> {
  const name = executionName(work);
  await remove(docker.getContainer(name + keeperSuffix));
  for (const suffix of volumeSuffixes) await removeVolume(docker, name + suffix);
}

/** @throws what the engine says, unless it is gone already */
export async function removeVolume(docker: Docker, name: string): Promise<void> {
  await within(engineMs, docker.getVolume(name).remove()).catch((error: unknown) => {
    if (statusOf(error) !== 404) throw error;
  });
}

/** What a stream of the engine has on stdout. */
async function* stdoutOf(stream: Readable): AsyncGenerator<Buffer> {
  const pieces: Buffer[] = [];
  await readFrames(stream, (from, bytes) => {
    if (from === 'stdout') pieces.push(Buffer.from(bytes));
    return undefined;
  });
  yield* pieces;
}

const noAssistant: Outcome = {
  kind: 'not-started',
  code: 'engine-unavailable',
  detail:
    'files of commands need a container beside them, and this relay has no image for it: set CHASQUI_DOCKER_ASSISTANT',
};
