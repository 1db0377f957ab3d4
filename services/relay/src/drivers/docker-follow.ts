import type { Readable } from 'node:stream';
import type { Outcome } from '@chasqui/contracts';
import type Docker from 'dockerode';
import { statusOf, unknown, untilStopped } from './docker-calls.js';
import { collectDockerFiles } from './docker-files.js';
import { readFrames } from './docker-frames.js';
import { UnlessMarked } from './docker-hand-over.js';
import { usualGraceMs, type OutputStream, type Watch, type Work } from './driver.js';
import { Flow } from './flow.js';
import { ranOutOfMemory } from './out-of-memory.js';

/** How long output may stay silent after a container has ended before it is no longer waited for. */
const silenceMs = 5000;

/** A container that runs, and its output as the engine frames it. */
export interface Followed {
  readonly docker: Docker;
  readonly container: Docker.Container;
  readonly output: Readable;
  /** Of a container that was started ahead: what it prints where it could not become the command. */
  readonly mark?: string | undefined;
}

/** From running to the end. With the mark of a warm container it may turn out that it never became the command. */
export async function follow(
  { docker, container, output, mark }: Followed,
  work: Work,
  watch: Watch,
  signal: AbortSignal,
): Promise<Outcome | 'never-ran'> {
  const flow = new Flow(watch);
  const pass = (stream: OutputStream, bytes: Buffer) => flow.write(stream, bytes);
  const unless = mark === undefined ? undefined : new UnlessMarked(mark, pass);
  const drained = readFrames(output, unless ? (stream, bytes) => unless.write(stream, bytes) : pass)
    .catch(() => undefined)
    .then(() => unless?.end());
  try {
    const { state, stopped } = await untilStopped(container, work.stopGraceMs ?? usualGraceMs, signal);
    await flow.untilSilent(drained, silenceMs);
    await collect(docker, work, watch);
    if (stopped) return { kind: 'cancelled' };
    if (unless?.neverRan) return 'never-ran';
    if (await ranOutOfMemory(docker, container.id, state)) {
      return { kind: 'out-of-memory', exitCode: state.ExitCode };
    }
    return { kind: 'exited', exitCode: state.ExitCode };
  } catch (error) {
    if (statusOf(error) === 404) return unknown('somebody removed its container while it ran');
    return unknown(`the engine went away while it ran: ${(error as Error).message}`);
  } finally {
    output.destroy();
  }
}

async function collect(docker: Docker, work: Work, watch: Watch): Promise<void> {
  if (!work.filesOut) return;
  const found = await collectDockerFiles(docker, work);
  watch.collected?.(typeof found === 'string' ? { files: [], leftOut: [], lost: found } : found);
}
