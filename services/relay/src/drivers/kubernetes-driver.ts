import { Outage, type Outcome } from '@chasqui/contracts';
import type { V1Job, V1Pod } from '@kubernetes/client-node';
import type { Driver, Watch, Work } from './driver.js';
import {
  kubernetesClient,
  ownNamespace,
  saidBy,
  statusOf,
  type KubernetesClient,
} from './kubernetes-client.js';
import { ImagePrograms } from './image-programs.js';
import { jobOf, programIn, type KubernetesPlace } from './kubernetes-job.js';
import { jobName, selectorOf } from './kubernetes-names.js';
import { secretsOf } from './kubernetes-secrets.js';
import { missingProgram } from './kubernetes-scripts.js';
import { eventOf, podChanges, statusIn, whyStuck } from './kubernetes-pod.js';
import { ownProgram, type OwnProgram } from './own-program.js';
import { PodReading } from './pod-reading.js';
import { RecentImages } from './recent-images.js';
import { ticking } from './ticking.js';

export interface KubernetesSettings extends Omit<KubernetesPlace, 'namespace'> {
  /** This relay's name, for labels. */
  readonly relay: string;
  /** Without one the usual places are looked at, and the pod's own service account. */
  readonly kubeconfig?: string | undefined;
  /** Default: the one that the configuration names. */
  readonly namespace?: string | undefined;
  /** A Docker `config.json` with registry logins, for what images run by themselves; need not exist. */
  readonly loginFile?: string | undefined;
  /** How long a pod may take to start, in milliseconds. Default two minutes. */
  readonly startWithinMs?: number;
}

/** How long an API server that went away in mid-run is waited for. */
const patienceMs = 5 * 60_000;
/** What keeps an image from being pulled may pass: how long that is waited for. */
const pullPatienceMs = 15_000;

/**
 * Runs commands as Jobs of a Kubernetes cluster, one for each. The pod is watched rather than the Job, which tells of an end a second or two
 * later; a pod that does not start is told of with the cluster's own reason. Nothing here needs to enter a pod: input and environment are
 * secrets, output is what its containers log. What an image runs by itself is asked of its registry, because the cluster does not tell.
 */
export function kubernetesDriver(settings: KubernetesSettings): Driver {
  return new KubernetesDriver(settings);
}

interface Opened {
  readonly client: KubernetesClient;
  readonly place: KubernetesPlace;
}

class KubernetesDriver implements Driver {
  readonly name = 'kubernetes';
  private opened: Promise<Opened> | undefined;
  private readonly recent = new RecentImages();
  private readonly programs: ImagePrograms;

  constructor(private readonly settings: KubernetesSettings) {
    const architecture = settings.nodeSelector['kubernetes.io/arch'];
    this.programs = new ImagePrograms({ loginFile: settings.loginFile, architecture });
  }

  async available(): Promise<true | { why: string }> {
    try {
      const { client, place } = await this.open();
      await client.batch.listNamespacedJob({ namespace: place.namespace, limit: 1 });
      return true;
    } catch (error) {
      return { why: `the Kubernetes API does not let this relay run jobs: ${saidBy(error)}` };
    }
  }

  async run(work: Work, watch: Watch, signal: AbortSignal): Promise<Outcome> {
    if (signal.aborted) return { kind: 'cancelled' };
    try {
      const { client, place } = await this.open();
      const own = await this.withProgram(work, signal);
      if (signal.aborted) return { kind: 'cancelled' };
      if ('kind' in own) return own;
      await this.create(client, place, own);
      return await this.follow(client, place, own.work, watch, signal);
    } catch (error) {
      // There is one of that name: an earlier relay process came as far as this.
      if (statusOf(error) === 409) return this.adopt(work, undefined, watch, signal);
      return { kind: 'not-started', code: 'engine-unavailable', detail: saidBy(error) };
    }
  }

  async adopt(work: Work, _handle: string | undefined, watch: Watch, signal: AbortSignal): Promise<Outcome> {
    try {
      const { client, place } = await this.open();
      await client.batch.readNamespacedJob({ name: jobName(work), namespace: place.namespace });
      return await this.follow(client, place, work, watch, signal);
    } catch (error) {
      if (statusOf(error) === 404) return unknown('its job is gone, and what it did cannot be known');
      return unknown(`the cluster does not tell what became of it: ${saidBy(error)}`);
    }
  }

  images(): readonly string[] {
    return this.recent.list();
  }

  /** `docker.io/library/busybox@sha256:…` */
  private watchImage(imageId: string | undefined, watch: Watch): void {
    const digest = /sha256:[0-9a-f]{64}/.exec(imageId ?? '')?.[0];
    if (!digest) return;
    watch.image?.(digest);
    this.recent.ran(digest);
  }

  async forget(work: Pick<Work, 'executionId' | 'attempt'>): Promise<void> {
    try {
      const { client, place } = await this.open();
      const { namespace } = place;
      const labelSelector = selectorOf(work);
      const body = { propagationPolicy: 'Background', gracePeriodSeconds: 0 };
      await client.batch.deleteNamespacedJob({ name: jobName(work), namespace, body }).catch(unless404);
      await client.core.deleteCollectionNamespacedPod({ namespace, labelSelector, body });
      await client.core.deleteCollectionNamespacedSecret({ namespace, labelSelector });
    } catch (error) {
      throw new Outage('engine-unavailable', {}, { cause: error });
    }
  }

  private async withProgram(work: Work, signal: AbortSignal): Promise<ReturnType<typeof ownProgram>> {
    if (work.executable.length > 0) return { work };
    return ownProgram(work, await this.programs.of(work.image!, signal));
  }

  /** The secrets first, because the pod needs them; where only they were made, nothing ran, and they go with the rest. */
  private async create(client: KubernetesClient, place: KubernetesPlace, { work, merged }: OwnProgram) {
    const { relay } = this.settings;
    const { namespace } = place;
    for (const body of secretsOf(work, relay))
      await client.core.createNamespacedSecret({ namespace, body }).catch((error: unknown) => {
        if (statusOf(error) !== 409) throw error;
      });
    const body = jobOf(work, relay, place, merged);
    const job = await client.batch.createNamespacedJob({ namespace, body });
    // Should nobody come back for them, they go with their job.
    void this.tieTo(job, client, namespace, work).catch(() => undefined);
  }

  private async tieTo(job: V1Job, client: KubernetesClient, namespace: string, work: Work): Promise<void> {
    const { name, uid } = job.metadata!;
    const owner = { apiVersion: 'batch/v1', kind: 'Job', name: name!, uid: uid! };
    for (const { metadata } of secretsOf(work, this.settings.relay))
      await client.core.patchNamespacedSecret({
        name: metadata!.name!,
        namespace,
        body: [{ op: 'add', path: '/metadata/ownerReferences', value: [owner] }],
      });
  }

  /** From created to the end. */
  private async follow(
    client: KubernetesClient,
    place: KubernetesPlace,
    work: Work,
    watch: Watch,
    signal: AbortSignal,
  ): Promise<Outcome> {
    const { namespace } = place;
    const over = new AbortController();
    const giveUpAt = Date.now() + (this.settings.startWithinMs ?? 120_000);
    const reading = new PodReading(client, watch, over.signal);
    let stopping: Promise<unknown> | undefined;
    const stop = () => {
      stopping ??= this.stop(client, namespace, work).catch(() => (stopping = undefined));
    };
    signal.addEventListener('abort', stop, { once: true });
    if (signal.aborted) stop();
    const timer = { stuckSince: undefined as number | undefined };
    try {
      const changes = podChanges(client, namespace, selectorOf(work), patienceMs, over.signal);
      for await (const pod of ticking(changes, 2_000, over)) {
        const status = pod && statusIn(pod);
        if (status?.state?.running && !reading.begun) {
          watch.started(jobName(work));
          this.watchImage(status.imageID, watch);
          reading.begin(pod!);
        }
        const ended = status?.state?.terminated;
        if (ended && pod) {
          if (ended.message?.startsWith(missingProgram)) return missing(pod);
          if (/^(StartError|ContainerCannotRun)$/.test(ended.reason ?? ''))
            return {
              kind: 'not-started',
              code: 'executable-missing',
              detail: ended.message ?? ended.reason!,
            };
          if (!reading.begun) {
            watch.started(jobName(work));
            this.watchImage(status!.imageID, watch);
            reading.begin(pod);
          }
          await reading.end(work.filesOut, signal.aborted);
          if (signal.aborted) return { kind: 'cancelled' };
          if (ended.reason === 'OOMKilled') return { kind: 'out-of-memory', exitCode: ended.exitCode };
          return { kind: 'exited', exitCode: ended.exitCode };
        }
        if (!pod && signal.aborted) return { kind: 'cancelled' };
        if (reading.begun) {
          if (!pod) return unknown('somebody removed its pod while it ran');
          continue;
        }
        const why = await this.whyNotYet(client, namespace, work, pod, timer, giveUpAt);
        if (!why) continue;
        stop();
        return { kind: 'not-started', ...why };
      }
      return { kind: 'cancelled' };
    } catch (error) {
      return unknown(`the cluster went away while it ran: ${saidBy(error)}`);
    } finally {
      over.abort();
      signal.removeEventListener('abort', stop);
    }
  }

  /** The reason to give up a pod that has not started; undefined where it may still. */
  private async whyNotYet(
    client: KubernetesClient,
    namespace: string,
    work: Work,
    pod: V1Pod | undefined,
    timer: { stuckSince: number | undefined },
    giveUpAt: number,
  ): Promise<{ code: string; detail: string } | undefined> {
    const now = Date.now();
    const stuck = pod ? whyStuck(pod) : undefined;
    timer.stuckSince = stuck ? (timer.stuckSince ?? now) : undefined;
    if (
      stuck &&
      (stuck.certain || (stuck.code === 'image-unavailable' && now - timer.stuckSince! > pullPatienceMs))
    )
      return { code: stuck.code, detail: stuck.detail };
    const refused = pod ? undefined : await eventOf(client, namespace, jobName(work));
    if (refused) return { code: 'engine-unavailable', detail: refused };
    if (now < giveUpAt) return undefined;
    return stuck ?? { code: 'engine-unavailable', detail: 'the cluster did not start its pod in time' };
  }

  /** Suspending a job ends its pod, first by SIGTERM and after its grace by SIGKILL, and no other takes its place; the job stays to be looked at. */
  private async stop(client: KubernetesClient, namespace: string, work: Work): Promise<void> {
    await client.batch
      .patchNamespacedJob({
        name: jobName(work),
        namespace,
        body: [{ op: 'replace', path: '/spec/suspend', value: true }],
      })
      .catch(unless404);
  }

  private open(): Promise<Opened> {
    this.opened ??= this.connect().catch((error: unknown) => {
      this.opened = undefined;
      throw error;
    });
    return this.opened;
  }

  private async connect(): Promise<Opened> {
    const client = await kubernetesClient(this.settings.kubeconfig);
    const { assistantImage, pullSecrets, nodeSelector, namespace = ownNamespace(client) } = this.settings;
    return { client, place: { namespace, assistantImage, pullSecrets, nodeSelector } };
  }
}

function missing(pod: V1Pod): Outcome {
  return {
    kind: 'not-started',
    code: 'executable-missing',
    detail: `${programIn(pod)} is not in the image, or not executable`,
  };
}

function unknown(detail: string): Outcome {
  return { kind: 'unknown', detail };
}

function unless404(error: unknown): void {
  if (statusOf(error) !== 404) throw error;
}
