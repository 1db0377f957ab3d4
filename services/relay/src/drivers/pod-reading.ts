import { setTimeout as delay } from 'node:timers/promises';
import type { OutFolder } from '@chasqui/contracts';
import type { V1Pod } from '@kubernetes/client-node';
import type { OutputStream, Watch } from './driver.js';
import { Flow } from './flow.js';
import { openLog, statusOf, type KubernetesClient } from './kubernetes-client.js';
import { Frames, type FrameKind } from './frames.js';
import { commandContainer, markIn, mergedIn, outputContainer } from './kubernetes-job.js';
import { ShippedFiles } from './shipped-files.js';

/** How long nothing may come of what is still missing after a command has ended, before it is given up. */
const silenceMs = 20_000;
/** The same where nothing says whether anything is missing. */
const rawSilenceMs = 5_000;

/**
 * The output of a pod on its way to the watch. A followed log may end early, and a connection may break: it is read anew until its last frame has
 * come, and what was seen is passed over. What an image runs unknown to us is not framed: there the log is taken for what it is, and that is told.
 */
export class PodReading {
  begun = false;
  private readonly flow: Flow;
  private drained: Promise<unknown> = Promise.resolve();
  private frames: Frames | undefined;
  private readonly files = new ShippedFiles();

  constructor(
    private readonly client: KubernetesClient,
    private readonly watch: Watch,
    private readonly signal: AbortSignal,
  ) {
    this.flow = new Flow(watch);
  }

  begin(pod: V1Pod): void {
    this.begun = true;
    const mark = markIn(pod);
    if (mark === undefined) {
      this.drained = this.readRaw(pod, mergedIn(pod));
      return;
    }
    this.frames = new Frames(mark, (kind, bytes) => this.take(kind, bytes));
    this.drained = this.readFrames(pod, this.frames);
  }

  /** Until all of it came, or no more does. What the watch is told of then is the rest: files, and what is missing. */
  async end(folder: OutFolder | undefined, stopped: boolean): Promise<void> {
    await this.flow.untilSilent(this.drained, this.frames ? silenceMs : rawSilenceMs);
    const { frames } = this;
    const isWhole = !frames || (frames.ended && frames.missing === 0);
    // What is stopped is killed at once with what carries its output.
    if (!isWhole && !(stopped && frames.missing === 0))
      this.watch.incomplete?.('the cluster gave only a part of what the pod logged');
    if (folder) this.watch.collected?.(this.files.collected(folder, frames?.ended === true));
  }

  private take(kind: FrameKind, bytes: Buffer): Promise<void> | undefined {
    if (kind === 'o' || kind === 'e') return this.flow.write(kind === 'o' ? 'stdout' : 'stderr', bytes);
    this.files.take(kind, bytes);
    return undefined;
  }

  private async readFrames(pod: V1Pod, frames: Frames): Promise<void> {
    for (let times = 0; !frames.ended && !this.signal.aborted; times += 1) {
      try {
        await frames.read(await openLog(this.client, pod, outputContainer, this.signal));
      } catch (error) {
        // Gone, and its log with it.
        if (statusOf(error) === 404) return;
      }
      if (!frames.ended) await this.pause(times);
    }
  }

  private async readRaw(pod: V1Pod, why = 'nobody told'): Promise<void> {
    // Where what it prints there would stand, for everybody who reads it.
    await this.flow.write('stderr', Buffer.from(mergedSentence(why)));
    let seen = 0;
    for (let times = 0; times < 20 && !this.signal.aborted; times += 1) {
      try {
        let at = 0;
        for await (const part of await openLog(this.client, pod, commandContainer, this.signal)) {
          const bytes = part as Buffer;
          const fresh = bytes.subarray(Math.max(0, seen - at));
          at += bytes.length;
          seen = Math.max(seen, at);
          if (fresh.length > 0) await this.flow.write('stdout' satisfies OutputStream, fresh);
        }
        return;
      } catch {
        await this.pause(times);
      }
    }
  }

  /** The pod may not be known to its kubelet yet, or the connection broke. */
  private pause(times: number): Promise<void> {
    return delay(Math.min(100 * 2 ** times, 1_000), undefined, { signal: this.signal }).catch(
      () => undefined,
    );
  }
}

function mergedSentence(why: string): string {
  return `chasqui: what this image runs by itself could not be looked up (${why}), so what it prints on stderr stands in stdout, and nothing tells whether all of it came; its bundle can name its executable\n`;
}
