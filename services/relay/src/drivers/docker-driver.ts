import { randomUUID } from 'node:crypto';
import type { Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { Outage, type Outcome } from '@chasqui/contracts';
import type Docker from 'dockerode';
import {
  attach,
  engineMs,
  inspected,
  notStarted,
  remove,
  statusOf,
  unknown,
  within,
} from './docker-calls.js';
import { containerOf, labels } from './docker-container.js';
import { hasFiles } from './docker-file-volumes.js';
import { layDockerFiles, removeDockerFiles } from './docker-files.js';
import { engineAnswers, enginePlatform } from './docker-engine.js';
import { follow } from './docker-follow.js';
import { handOverLine, markOf } from './docker-hand-over.js';
import type { Image } from './docker-images.js';
import { removeLeftOvers } from './docker-left-overs.js';
import { openEngine, type DockerSettings, type OpenEngine } from './docker-open.js';
import { discard, type WarmContainer } from './docker-warm.js';
import type { Driver, Watch, Work } from './driver.js';
import { executionName } from './execution-name.js';
import { RecentImages } from './recent-images.js';
import { startedOnce } from './started-once.js';

/** How long an engine is waited for that holds the truth about what ran before. */
const comesBackMs = 5 * 60_000;

/**
 * Runs commands in containers through an engine's API. The order of calls is the one in which nothing is lost or misread:
 * create → attach → start → wait → read to the end → inspect, and removal only in `forget`. (Waiting before the start answers 0 for containers
 * that fail, and containers that remove themselves take their exit code along.) What was started ahead (`WarmContainers`) takes the name of the
 * execution first and is handed the order then, so that it is found by that name whatever happens to this process.
 */
export function dockerDriver(settings: DockerSettings): Driver {
  return new DockerDriver(settings);
}

class DockerDriver implements Driver {
  readonly name = 'docker';
  private opened: Promise<OpenEngine> | undefined;
  /** Tells what this process started ahead from what an earlier one did. */
  private readonly instance = randomUUID();
  private readonly recent = new RecentImages();
  /** Of what this process has in hand, that which has no files: there is nothing more to remove. */
  private readonly withoutFiles = new Set<string>();
  private platform: string | undefined;

  constructor(private readonly settings: DockerSettings) {}

  async available(): Promise<true | { why: string }> {
    const { dockerHost } = this.settings;
    const answers = await engineAnswers(dockerHost);
    // Another engine may answer there after one that went away.
    this.platform = answers === true ? (this.platform ?? (await enginePlatform(dockerHost))) : undefined;
    return answers;
  }

  platforms(): readonly string[] | undefined {
    return this.platform === undefined ? undefined : [this.platform, ...(this.settings.platforms ?? [])];
  }

  async run(work: Work, watch: Watch, signal: AbortSignal): Promise<Outcome> {
    if (!hasFiles(work)) this.withoutFiles.add(executionName(work));
    try {
      const opened = await this.open();
      const image = await opened.images.ensure(work.image!, signal);
      if (image === 'aborted' || signal.aborted) return { kind: 'cancelled' };
      if ('kind' in image) return image;
      if (image.digest !== undefined) {
        watch.image?.(image.digest);
        this.recent.ran(image.digest);
      }
      const once = startedOnce(watch);
      return (
        (await this.runWarm(opened, image, work, once, signal)) ??
        (await this.runCold(opened, image, work, once, signal))
      );
    } catch (error) {
      // The name is taken: an earlier relay process came as far as this.
      if (statusOf(error) === 409) return this.adopt(work, undefined, watch, signal);
      return notStarted(error);
    }
  }

  private async runCold(
    { docker, images, cpus }: OpenEngine,
    image: Image,
    work: Work,
    watch: Watch,
    signal: AbortSignal,
  ): Promise<Outcome> {
    if (hasFiles(work)) {
      const no = await layDockerFiles(docker, images, this.settings, work, signal);
      if (no) return no;
    }
    const container = await within(
      engineMs,
      docker.createContainer(containerOf(work, this.settings.relay, image, cpus)),
    );
    return this.start(docker, container, work, watch, signal);
  }

  /** In a container that was started ahead; undefined where there is none, or where nothing came of it, so that a cold one is needed. */
  private async runWarm(
    { docker, warm, cpus }: OpenEngine,
    image: Image,
    work: Work,
    watch: Watch,
    signal: AbortSignal,
  ): Promise<Outcome | undefined> {
    if (!warm || work.warm === false) return undefined;
    const kind = warm.kindOf(work, image, cpus);
    const line = kind && handOverLine(work, image);
    if (!kind || !line) return undefined;
    const over = warm.begins(kind);
    try {
      const one = await warm.take(kind);
      if (!one) return await this.runCold(await this.open(), image, work, watch, signal);
      const outcome = await this.handOver(docker, one, line, work, watch, signal);
      if (outcome === 'never-ran') warm.unfits(kind, work.executable[0]);
      return outcome === 'never-ran' ? undefined : outcome;
    } finally {
      over();
    }
  }

  /** First the name, which nobody else can have then, and only then the order. */
  private async handOver(
    docker: Docker,
    one: WarmContainer,
    line: Buffer,
    work: Work,
    watch: Watch,
    signal: AbortSignal,
  ): Promise<Outcome | 'never-ran' | undefined> {
    const { container, input, output, mark } = one;
    try {
      await within(engineMs, container.rename({ name: executionName(work) }));
    } catch (error) {
      await discard(one);
      if (statusOf(error) === 409) throw error;
      return undefined;
    }
    if (signal.aborted) {
      await discard(one);
      return { kind: 'cancelled' };
    }
    try {
      input.write(line);
      input.end(work.stdin ?? '');
      watch.started(executionName(work));
      const outcome = await follow({ docker, container, output, mark }, work, watch, signal);
      if (outcome === 'never-ran') await discard(one);
      return outcome;
    } finally {
      input.destroy();
      output.destroy();
    }
  }

  private async start(
    docker: Docker,
    container: Docker.Container,
    work: Work,
    watch: Watch,
    signal: AbortSignal,
  ): Promise<Outcome> {
    // Input has a connection of its own: a command that does not read it breaks that one, and its output must not go with it.
    const output = await attach(container, { stdout: true, stderr: true });
    const input =
      work.stdin === undefined ? undefined : await attach(container, { stdin: true, hijack: true });
    input?.on('error', () => undefined);
    try {
      if (signal.aborted) return { kind: 'cancelled' };
      await within(engineMs, container.start()).catch(async (error: unknown) => {
        // An answer that got lost is not a start that failed.
        if ((await inspected(container)).State.Status === 'created') throw error;
      });
      watch.started(executionName(work));
      input?.end(work.stdin ?? '');
      return (await follow({ docker, container, output }, work, watch, signal)) as Outcome;
    } finally {
      input?.destroy();
      output.destroy();
    }
  }

  async adopt(work: Work, _handle: string | undefined, watch: Watch, signal: AbortSignal): Promise<Outcome> {
    try {
      await this.comesBack(signal);
      const { docker, images } = await this.open();
      const container = docker.getContainer(executionName(work));
      const { State: state, Config: config } = await inspected(container);
      const digest = work.image === undefined ? undefined : await images.digest(work.image);
      if (digest !== undefined) watch.image?.(digest);
      if (state.Status === 'created') {
        return {
          kind: 'not-started',
          code: 'engine-unavailable',
          detail: 'the relay went away before the engine had started it',
        };
      }
      const logs = await within(engineMs, container.logs({ follow: true, stdout: true, stderr: true }));
      watch.started(executionName(work));
      const mark = labels.warm in config.Labels ? markOf(config.Cmd) : undefined;
      const outcome = await follow(
        { docker, container, output: logs as Readable, mark },
        work,
        watch,
        signal,
      );
      if (outcome !== 'never-ran') return outcome;
      const detail = 'the relay went away before it had handed the order to the container';
      return { kind: 'not-started', code: 'engine-unavailable', detail };
    } catch (error) {
      if (statusOf(error) === 404) return unknown('its container is gone, and what it did cannot be known');
      return unknown(`the engine does not tell what became of it: ${(error as Error).message}`);
    }
  }

  async forget(work: Pick<Work, 'executionId' | 'attempt'>): Promise<void> {
    try {
      const { docker } = await this.open();
      await remove(docker.getContainer(executionName(work)));
      if (!this.withoutFiles.delete(executionName(work))) await removeDockerFiles(docker, work);
    } catch (error) {
      throw new Outage('engine-unavailable', {}, { cause: error });
    }
  }

  async removeLeftOvers(inHand: ReadonlySet<string>, olderThanMs: number): Promise<void> {
    try {
      const { docker } = await this.open();
      const { relay } = this.settings;
      await removeLeftOvers(docker, { relay, instance: this.instance, inHand, olderThanMs });
    } catch (error) {
      throw new Outage('engine-unavailable', {}, { cause: error });
    }
  }

  images(): readonly string[] {
    return this.recent.list();
  }

  async close(): Promise<void> {
    await (await this.opened?.catch(() => undefined))?.warm?.close();
  }

  /** After a power cut the relay may be up before its engine is. */
  private async comesBack(signal: AbortSignal): Promise<void> {
    const giveUpAt = Date.now() + comesBackMs;
    while ((await this.available()) !== true && Date.now() < giveUpAt && !signal.aborted) await delay(1000);
  }

  private open(): Promise<OpenEngine> {
    this.opened ??= openEngine(this.settings, this.instance).catch((error: unknown) => {
      this.opened = undefined;
      throw error;
    });
    return this.opened;
  }
}
