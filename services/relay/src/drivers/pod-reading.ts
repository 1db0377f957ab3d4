import { setTimeout as delay } from 'node:timers/promises';
import type { V1Pod } from '@kubernetes/client-node';
import type { OutputStream, Watch } from './driver.js';
import { Flow } from './flow.js';
import { openLog, type KubernetesClient } from './kubernetes-client.js';
import { commandContainer, stderrContainer } from './kubernetes-job.js';

/** How long output may stay silent after a container has ended before it is no longer waited for. */
const silenceMs = 5_000;

/** The logs of both containers on their way to the watch. A connection that breaks is opened anew, and what was seen is passed over. */
export class PodReading {
  begun = false;
  private readonly flow: Flow;
  private drained: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly client: KubernetesClient,
    watch: Watch,
    private readonly signal: AbortSignal,
  ) {
    this.flow = new Flow(watch);
  }

  begin(pod: V1Pod): void {
    this.begun = true;
    this.drained = Promise.all([
      this.read(pod, commandContainer, 'stdout'),
      this.read(pod, stderrContainer, 'stderr'),
    ]);
  }

  async end(): Promise<void> {
    await this.flow.untilSilent(this.drained, silenceMs);
  }

  private async read(pod: V1Pod, container: string, stream: OutputStream): Promise<void> {
    let seen = 0;
    for (let failures = 0; failures < 20 && !this.signal.aborted; failures++) {
      try {
        let at = 0;
        for await (const part of await openLog(this.client, pod, container, this.signal)) {
          const bytes = part as Buffer;
          const fresh = bytes.subarray(Math.max(0, seen - at));
          at += bytes.length;
          seen = Math.max(seen, at);
          if (fresh.length > 0) await this.flow.write(stream, fresh);
        }
        return;
      } catch {
        // The pod may not be known to its kubelet yet, or the connection broke.
        await delay(Math.min(100 * 2 ** failures, 2_000), undefined, { signal: this.signal }).catch(
          () => undefined,
        );
      }
    }
  }
}
