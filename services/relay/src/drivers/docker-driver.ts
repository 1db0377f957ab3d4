import type { Duplex, Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { Outage, type Outcome } from '@chasqui/contracts';
import type Docker from 'dockerode';
import type { Container, ContainerInspectInfo } from 'dockerode';
import { containerOf } from './docker-container.js';
import { readFrames } from './docker-frames.js';
import { engineAnswers, engineClient } from './docker-engine.js';
import { DockerImages } from './docker-images.js';
import type { Driver, Watch, Work } from './driver.js';
import { executionName } from './execution-name.js';
import { Flow } from './flow.js';
import { ranOutOfMemory } from './out-of-memory.js';

export interface DockerSettings {
  /** This relay's name, for the containers' labels. */
  readonly relay: string;
  /** `unix:///path` or `tcp://host:port`. */
  readonly dockerHost: string;
  /** A Docker `config.json` with registry credentials. */
  readonly loginFile?: string | undefined;
}

type State = ContainerInspectInfo['State'];

/** How long output may stay silent after a container has ended before it is no longer waited for. */
const silenceMs = 5000;
/** How long an engine that went away in mid-run is waited for, and how long it may take to stop a container. */
const engineMs = 60_000;
/** How long an engine is waited for that holds the truth about what ran before. */
const comesBackMs = 5 * 60_000;

/**
 * Runs commands in containers through an engine's API. The order of calls is the one in which nothing is lost or misread:
 * create → attach → start → wait → read to the end → inspect, and removal only in `forget`. (Waiting before the start answers 0 for containers
 * that fail, and containers that remove themselves take their exit code along.)
 */
export function dockerDriver(settings: DockerSettings): Driver {
  return new DockerDriver(settings);
}

/** What is known once the engine was needed for the first time. */
interface Opened {
  readonly docker: Docker;
  readonly images: DockerImages;
  /** How many CPUs the engine has: it refuses a container that asks for more. */
  readonly cpus: number;
}

class DockerDriver implements Driver {
  readonly name = 'docker';
  private opened: Promise<Opened> | undefined;

  constructor(private readonly settings: DockerSettings) {}

  available(): Promise<true | { why: string }> {
    return engineAnswers(this.settings.dockerHost);
  }

  async run(work: Work, watch: Watch, signal: AbortSignal): Promise<Outcome> {
    try {
      const { docker, images, cpus } = await this.open();
      const image = await images.ensure(work.image!, signal);
      if (image === 'aborted' || signal.aborted) return { kind: 'cancelled' };
      if ('kind' in image) return image;
      const container = await within(
        engineMs,
        docker.createContainer(containerOf(work, this.settings.relay, image, cpus)),
      );
      return await this.start(container, work, watch, signal);
    } catch (error) {
      // The name is taken: an earlier relay process came as far as this.
      if (statusOf(error) === 409) return this.adopt(work, undefined, watch, signal);
      return notStarted(error);
    }
  }

  private async start(container: Container, work: Work, watch: Watch, signal: AbortSignal): Promise<Outcome> {
    // Input has a connection of its own: a command that does not read it breaks that one, and its output must not go with it.
    const output = await attach(container, { stdout: true, stderr: true });
    const input =
      work.stdin === undefined ? undefined : await attach(container, { stdin: true, hijack: true });
    input?.on('error', () => undefined);
    try {
      if (signal.aborted) return { kind: 'cancelled' };
      await within(engineMs, container.start()).catch(async (error: unknown) => {
        // An answer that got lost is not a start that failed.
        if ((await stateOf(container)).Status === 'created') throw error;
      });
      watch.started(executionName(work));
      input?.end(work.stdin ?? '');
      return await this.follow(container, output, watch, signal);
    } finally {
      input?.destroy();
      output.destroy();
    }
  }

  async adopt(work: Work, _handle: string | undefined, watch: Watch, signal: AbortSignal): Promise<Outcome> {
    try {
      await this.comesBack(signal);
      const { docker } = await this.open();
      const container = docker.getContainer(executionName(work));
      const state = await stateOf(container);
      if (state.Status === 'created') {
        return {
          kind: 'not-started',
          code: 'engine-unavailable',
          detail: 'the relay went away before the engine had started it',
        };
      }
      const logs = await within(engineMs, container.logs({ follow: true, stdout: true, stderr: true }));
      watch.started(executionName(work));
      return await this.follow(container, logs as Readable, watch, signal);
    } catch (error) {
      if (statusOf(error) === 404) return unknown('its container is gone, and what it did cannot be known');
      return unknown(`the engine does not tell what became of it: ${(error as Error).message}`);
    }
  }

  /** From running to the end. */
  private async follow(
    container: Container,
    output: Readable,
    watch: Watch,
    signal: AbortSignal,
  ): Promise<Outcome> {
    const flow = new Flow(watch);
    const drained = readFrames(output, (stream, bytes) => flow.write(stream, bytes)).catch(() => undefined);
    try {
      const { state, stopped } = await untilStopped(container, signal);
      await flow.untilSilent(drained, silenceMs);
      if (stopped) return { kind: 'cancelled' };
      const { docker } = await this.open();
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

  async forget(work: Pick<Work, 'executionId' | 'attempt'>): Promise<void> {
    try {
      const { docker } = await this.open();
      await within(engineMs, docker.getContainer(executionName(work)).remove({ force: true, v: true }));
    } catch (error) {
      // 404: there is none. 409: it is being removed.
      if ([404, 409].includes(statusOf(error) ?? 0)) return;
      throw new Outage('engine-unavailable', {}, { cause: error });
    }
  }

  /** After a power cut the relay may be up before its engine is. */
  private async comesBack(signal: AbortSignal): Promise<void> {
    const giveUpAt = Date.now() + comesBackMs;
    while ((await this.available()) !== true && Date.now() < giveUpAt && !signal.aborted) await delay(1000);
  }

  private open(): Promise<Opened> {
    this.opened ??= this.connect().catch((error: unknown) => {
      this.opened = undefined;
      throw error;
    });
    return this.opened;
  }

  private async connect(): Promise<Opened> {
    const docker = await engineClient(this.settings.dockerHost);
    const { NCPU } = (await within(engineMs, docker.info())) as { NCPU: number };
    return { docker, images: new DockerImages(docker, this.settings.loginFile), cpus: NCPU };
  }
}

async function attach(
  container: Container,
  what: { stdin?: true; stdout?: true; stderr?: true; hijack?: true },
): Promise<Duplex> {
  return (await within(engineMs, container.attach({ stream: true, ...what }))) as Duplex;
}

/**
 * Waits until the container has ended, killing it at abort. The engine's own wait is not believed alone: it may hang, and it breaks off when
 * the engine restarts, while the container may live on.
 */
async function untilStopped(
  container: Container,
  signal: AbortSignal,
): Promise<{ state: State; stopped: boolean }> {
  const aborted = new Promise<void>((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
  let ended: Promise<unknown> | undefined;
  let killedAt: number | undefined;
  for (;;) {
    ended ??= container
      .wait()
      .catch(() => delay(500))
      .finally(() => (ended = undefined));
    if (killedAt === undefined) await soonest(15_000, ended, aborted);
    else await soonest(1000, ended);
    const state = await stateOf(container);
    if (!state.Running) return { state, stopped: killedAt !== undefined };
    if (!signal.aborted) continue;
    killedAt ??= Date.now();
    if (Date.now() - killedAt > engineMs) throw new Error('it did not stop the container');
    await within(engineMs, container.kill()).catch(() => undefined);
  }
}

/** The container's state, from an engine that may be restarting just now. Throws 404 if there is no such container. */
async function stateOf(container: Container): Promise<State> {
  const giveUpAt = Date.now() + engineMs;
  for (;;) {
    try {
      return (await within(engineMs, container.inspect())).State;
    } catch (error) {
      if (statusOf(error) !== undefined || Date.now() > giveUpAt) throw error;
      await delay(500);
    }
  }
}

function notStarted(error: unknown): Outcome {
  const { message } = error as Error;
  const absent =
    /executable file not found|no such file or directory|permission denied|not a directory|exec format error/i;
  const code =
    statusOf(error) !== undefined && absent.test(message) ? 'executable-missing' : 'engine-unavailable';
  return { kind: 'not-started', code, detail: message.trim() };
}

function unknown(detail: string): Outcome {
  return { kind: 'unknown', detail };
}

/** The engine's HTTP status, undefined where it did not answer at all. */
function statusOf(error: unknown): number | undefined {
  return (error as { statusCode?: number }).statusCode;
}

async function soonest(ms: number, ...events: Promise<unknown>[]): Promise<void> {
  const over = new AbortController();
  await Promise.race([...events, delay(ms, undefined, { signal: over.signal })]);
  over.abort();
}

async function within<T>(ms: number, answer: Promise<T>): Promise<T> {
  const over = new AbortController();
  const late = delay(ms, undefined, { signal: over.signal }).then(() => {
    throw new Error(`the container engine did not answer within ${ms / 1000} s`);
  });
  try {
    return await Promise.race([answer, late]);
  } finally {
    over.abort();
  }
}
