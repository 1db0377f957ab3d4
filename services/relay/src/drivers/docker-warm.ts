import { randomBytes } from 'node:crypto';
import { freemem, totalmem } from 'node:os';
import type { Duplex } from 'node:stream';
import type Docker from 'dockerode';
import type { Container, ContainerCreateOptions } from 'dockerode';
import { attach, engineMs, remove, within } from './docker-calls.js';
import { containerOf, labels } from './docker-container.js';
import { hasFiles } from './docker-file-volumes.js';
import { assistantMount, prepareAssistant } from './docker-assistant.js';
import { waitingCommand } from './docker-hand-over.js';
import type { DockerImages, Image } from './docker-images.js';
import type { Work } from './driver.js';
import { JustBegun } from './just-begun.js';

export interface WarmSettings {
  /** An image with a static busybox. */
  readonly assistantImage: string;
  /** How many containers wait at most, all in all. Default eight. */
  readonly most?: number;
  /** How long one waits for an order of its kind, in milliseconds, since the last one came. Default five minutes. */
  readonly idleMs?: number;
  /** Whether there is memory to spare. By default: a twentieth of this machine's, and 256 MiB. */
  readonly roomy?: () => boolean;
  /** Told when it turns out that there can be none, or none of an image. */
  readonly cannot?: (why: string) => void;
}

/** A container that was started ahead and waits for what it is to be. */
export interface WarmContainer {
  readonly container: Container;
  readonly output: Duplex;
  readonly input: Duplex;
  readonly mark: string;
  readonly kind: Kind;
}

/** All that a container is made with and that cannot be changed later: whatever has the same may have it. */
export interface Kind {
  readonly key: string;
  readonly reference: string;
  readonly imageId: string;
  readonly options: ContainerCreateOptions;
}

interface Use {
  readonly kind: Kind;
  at: number;
  /** How many of the kind are in use now, and were lately: so many are kept ready. */
  now: number;
  most: number;
}

/** What an operator's `docker ps` shows of those that wait. */
export const warmPrefix = 'chasqui-warm-';
/** After this long it is tried again to get the image of the assistant. */
const retryMs = 10 * 60_000;
/** How many of those are remembered. */
const mostUnfit = 1000;
/** What ends within this time after its start, without having been asked anything, cannot wait at all. */
const atOnceMs = 5000;
/** How often those are looked for that nobody needs. */
const lookMs = 20_000;

/**
 * Containers of recently used kinds, started ahead. Each is used once. One of a kind is kept, and more where several were in use at once; who
 * was not asked for in a while goes, and all go when memory is short or their image's name has come to mean another image. They are started one
 * after another, so that they take little from what runs.
 */
export class WarmContainers {
  private readonly waiting: WarmContainer[] = [];
  private readonly uses = new Map<string, Use>();
  /** Images in which nothing can wait, and programs of images that it cannot become. */
  private readonly unfit = new Set<string>();
  private starting: { key: string; done: Promise<void>; claimed: boolean } | undefined;
  private readonly justBegun = new JustBegun();
  private volume: Promise<string> | undefined;
  /** Whether that volume is there: until then an image is pulled, perhaps, and no order waits for that. */
  private prepared = false;
  /** When it is worth while to try again to get the assistant. */
  private againAt = 0;
  private readonly closing = new AbortController();
  private readonly look = setInterval(() => this.dropStale(), lookMs).unref();
  private readonly dropping = new Set<Promise<void>>();

  constructor(
    private readonly docker: Docker,
    private readonly images: DockerImages,
    private readonly relay: string,
    private readonly settings: WarmSettings,
    /** Of this process: what bears another one's is left over. */
    private readonly instance: string,
  ) {}

  /** What a work needs of a warm container. Folders are bound when a container starts, and one may have become another since: those have none. */
  kindOf(work: Work, image: Image, engineCpus: number): Kind | undefined {
    const cannot = Date.now() < this.againAt || this.isUnfit(image.id, work.executable[0]);
    if ((work.mounts?.length ?? 0) > 0 || hasFiles(work) || cannot || this.closing.signal.aborted)
      return undefined;
    const { name: _, ...all } = containerOf({ ...work, env: {}, stdin: '' }, this.relay, image, engineCpus);
    const options = {
      ...all,
      Image: image.id,
      Labels: { [labels.relay]: this.relay, [labels.warm]: this.instance },
    };
    const { Entrypoint: _e, Cmd: _c, ...key } = options;
    return { key: JSON.stringify(key), reference: work.image!, imageId: image.id, options };
  }

  /** A warm container of that kind, which is the caller's from now on; undefined if there is none. Waits for one that is being started. */
  async take(kind: Kind): Promise<WarmContainer | undefined> {
    const use = this.uses.get(kind.key) ?? { kind, at: 0, now: 0, most: 1 };
    this.uses.set(kind.key, use);
    use.at = Date.now();
    use.most = Math.max(use.most, (use.now += 1));
    this.drop((warm) => warm.kind.reference === kind.reference && warm.kind.imageId !== kind.imageId);
    const ready = () => {
      const at = this.waiting.findIndex((warm) => warm.kind.key === kind.key);
      return at < 0 ? undefined : this.waiting.splice(at, 1)[0];
    };
    const { starting } = this;
    const found = ready();
    if (found || starting?.key !== kind.key || starting.claimed) return found;
    starting.claimed = true;
    await starting.done;
    return ready();
  }

  /**
   * An execution begins, in a container of these or in another. Answers what to call once it is over. While many begin at once nothing is started ahead.
   */
  begins(kind: Kind): () => void {
    const begun = this.justBegun.add(() => this.refill());
    return () => {
      const use = this.uses.get(kind.key);
      if (use) use.now = Math.max(0, use.now - 1);
      begun();
    };
  }

  /** It did not become that program of its image: an engine will know better, and it is not tried again. */
  unfits({ imageId }: Kind, program: string | undefined): void {
    if (this.unfit.size > mostUnfit) this.unfit.clear();
    this.unfit.add(`${imageId} ${program ?? ''}`);
  }

  /** Makes ready what is likely to be needed next. */
  private refill(): void {
    if (this.starting || this.closing.signal.aborted || Date.now() < this.againAt) return;
    if (this.justBegun.isWaitedFor()) return;
    const { most = 8 } = this.settings;
    const uses = [...this.uses.values()].sort((a, b) => b.at - a.at);
    const count = (key: string) => this.waiting.filter((warm) => warm.kind.key === key).length;
    const next =
      uses.find(({ kind }) => count(kind.key) === 0 && !this.unfit.has(kind.imageId)) ??
      uses.find(({ kind, most: wanted }) => count(kind.key) < wanted && !this.unfit.has(kind.imageId));
    if (!next) return;
    if (this.waiting.length >= most) {
      // Makes room only for the first of a kind that was used later than the one that goes.
      const last = this.waiting.toSorted((a, b) => this.usedAt(a) - this.usedAt(b))[0]!;
      const surplus = this.waiting.find((warm) => count(warm.kind.key) > 1) ?? last;
      if (count(next.kind.key) > 0 || (surplus === last && this.usedAt(last) >= next.at)) return;
      this.drop((warm) => warm === surplus);
    }
    if (!this.roomy()) return this.drop(() => true);
    const done = this.start(next.kind)
      .catch((error: unknown) => {
        // What does not start is not tried over and over; the next order brings it up again.
        this.uses.delete(next.kind.key);
        if (!this.closing.signal.aborted) this.settings.cannot?.((error as Error).message);
      })
      .finally(() => {
        this.starting = undefined;
        this.refill();
      });
    this.starting = { key: next.kind.key, done, claimed: !this.prepared };
  }

  /** Removes them all. */
  async close(): Promise<void> {
    clearInterval(this.look);
    this.closing.abort();
    await this.starting?.done;
    this.drop(() => true);
    await Promise.all(this.dropping);
  }

  private async start(kind: Kind): Promise<void> {
    const volume = await this.assistant();
    // What is left to do takes no longer than a cold start: from now on it is worth waiting for.
    if (!this.prepared && this.starting) this.starting.claimed = false;
    this.prepared = true;
    if (this.closing.signal.aborted) return;
    const mark = `chasqui-${randomBytes(16).toString('hex')}`;
    const container = await within(
      engineMs,
      this.docker.createContainer({
        ...kind.options,
        ...waitingCommand(mark),
        name: warmPrefix + randomBytes(8).toString('hex'),
        HostConfig: { ...kind.options.HostConfig, Mounts: [assistantMount(volume)] },
      }),
    );
    try {
      const output = await attach(container, { stdout: true, stderr: true });
      const input = await attach(container, { stdin: true, hijack: true });
      input.on('error', () => undefined);
      output.on('error', () => undefined);
      await within(engineMs, container.start());
      this.keep({ container, output, input, mark, kind });
    } catch (error) {
      await remove(container).catch(() => undefined);
      throw error;
    }
  }

  private assistant(): Promise<string> {
    const { assistantImage: image } = this.settings;
    this.volume ??= prepareAssistant(
      this.docker,
      this.images,
      { image, relay: this.relay },
      this.closing.signal,
    ).catch((error: unknown) => {
      this.volume = undefined;
      this.againAt = Date.now() + retryMs;
      throw error;
    });
    return this.volume;
  }

  private keep(warm: WarmContainer): void {
    this.waiting.push(warm);
    const since = Date.now();
    // It says nothing while it waits: whatever comes is its end.
    const gone = () => {
      if (!this.waiting.includes(warm)) return;
      this.drop((one) => one === warm);
      if (Date.now() - since > atOnceMs) return;
      this.unfit.add(warm.kind.imageId);
      this.settings.cannot?.(`it cannot be done with ${warm.kind.reference}`);
    };
    warm.output.once('readable', gone).once('close', gone);
  }

  private isUnfit(imageId: string, program: string | undefined): boolean {
    return this.unfit.has(imageId) || this.unfit.has(`${imageId} ${program ?? ''}`);
  }

  private dropStale(): void {
    const now = Date.now();
    const { idleMs = 5 * 60_000 } = this.settings;
    for (const [key, use] of this.uses) {
      use.most = Math.max(use.now, use.most - 1, 1);
      if (use.now === 0 && now - use.at > idleMs) this.uses.delete(key);
    }
    const roomy = this.roomy();
    this.drop((warm) => !roomy || !this.uses.has(warm.kind.key));
  }

  private drop(which: (warm: WarmContainer) => boolean): void {
    for (const warm of this.waiting.filter(which)) {
      this.waiting.splice(this.waiting.indexOf(warm), 1);
      const dropped: Promise<void> = discard(warm).finally(() => this.dropping.delete(dropped));
      this.dropping.add(dropped);
    }
  }

  private usedAt(warm: WarmContainer): number {
    return this.uses.get(warm.kind.key)?.at ?? 0;
  }

  private roomy(): boolean {
    return (this.settings.roomy ?? enoughMemory)();
  }
}

/** Gives up a warm container that was not, or cannot have been, given anything. */
export async function discard({ container, output, input }: WarmContainer): Promise<void> {
  input.destroy();
  output.destroy();
  await remove(container).catch(() => undefined);
}

function enoughMemory(): boolean {
  return freemem() > Math.max(totalmem() / 20, 256 * 1024 ** 2);
}
