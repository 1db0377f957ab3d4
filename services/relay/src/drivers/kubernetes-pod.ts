import { setTimeout as delay } from 'node:timers/promises';
import type { V1ContainerStatus, V1Pod } from '@kubernetes/client-node';
import type { KubernetesClient } from './kubernetes-client.js';
import { commandContainer } from './kubernetes-job.js';

/**
 * The pod of a selector whenever something of it changes, beginning with how it is now; undefined while there is none. A watch may end or fail at any
 * moment, and then it is looked at anew. Ends with `signal`; throws where the API server does not answer for `patienceMs`.
 */
export async function* podChanges(
  { core, watch }: KubernetesClient,
  namespace: string,
  selector: string,
  patienceMs: number,
  signal: AbortSignal,
): AsyncGenerator<V1Pod | undefined> {
  let answeredAt = Date.now();
  while (!signal.aborted) {
    try {
      const { items, metadata } = await core.listNamespacedPod({ namespace, labelSelector: selector });
      answeredAt = Date.now();
      yield newest(items);
      const changes = new Changes();
      const watching = await watch.watch(
        `/api/v1/namespaces/${namespace}/pods`,
        { labelSelector: selector, resourceVersion: metadata?.resourceVersion },
        (phase: string, pod: V1Pod) => changes.add(phase, pod),
        () => changes.end(),
      );
      const stop = () => watching.abort();
      signal.addEventListener('abort', stop, { once: true });
      try {
        for await (const pod of changes) yield pod;
      } finally {
        signal.removeEventListener('abort', stop);
        stop();
      }
    } catch (error) {
      if (Date.now() - answeredAt > patienceMs) throw error;
    }
    await delay(300, undefined, { signal }).catch(() => undefined);
  }
}

/** What a watch tells, until it ends. */
class Changes implements AsyncIterable<V1Pod | undefined> {
  private readonly waiting: { pod: V1Pod | undefined }[] = [];
  private over = false;
  private wake: () => void = () => undefined;

  add(phase: string, pod: V1Pod): void {
    if (phase === 'ADDED' || phase === 'MODIFIED') this.waiting.push({ pod });
    else if (phase === 'DELETED') this.waiting.push({ pod: undefined });
    // A watch can open and at once say that it fell too far behind.
    else if (phase === 'ERROR') this.over = true;
    this.wake();
  }

  end(): void {
    this.over = true;
    this.wake();
  }

  async *[Symbol.asyncIterator]() {
    for (;;) {
      const next = this.waiting.shift();
      if (next) yield next.pod;
      else if (this.over) return;
      else await new Promise<void>((resolve) => (this.wake = resolve));
    }
  }
}

function newest(pods: readonly V1Pod[]): V1Pod | undefined {
  return pods.toSorted((a, b) => timeOf(b) - timeOf(a))[0];
}

function timeOf(pod: V1Pod): number {
  return new Date(pod.metadata?.creationTimestamp ?? 0).getTime();
}

/** How a container of the pod is. */
export function statusIn(pod: V1Pod, container: string = commandContainer): V1ContainerStatus | undefined {
  return pod.status?.containerStatuses?.find(({ name }) => name === container);
}

/** What keeps a pod from starting that will not pass by itself, or only after long; undefined where waiting is all right. */
export function whyStuck(pod: V1Pod): { code: string; detail: string; certain: boolean } | undefined {
  const all = [...(pod.status?.initContainerStatuses ?? []), ...(pod.status?.containerStatuses ?? [])];
  for (const { image, state } of all) {
    const { reason = '', message = '' } = state?.waiting ?? {};
    const detail = `${reason} ${image}: ${message}`.trim();
    if (/^(ErrImageNeverPull|InvalidImageName)$/.test(reason))
      return { code: 'image-unavailable', detail, certain: true };
    if (/^(ErrImagePull|ImagePullBackOff|ImageInspectError|RegistryUnavailable)$/.test(reason))
      return { code: 'image-unavailable', detail, certain: reason === 'ImagePullBackOff' };
    if (/^(CreateContainerConfigError|CreateContainerError|RunContainerError)$/.test(reason))
      return { code: 'engine-unavailable', detail, certain: false };
  }
  const prepared = pod.status?.initContainerStatuses?.[0]?.state?.terminated;
  if (prepared && prepared.exitCode !== 0)
    return {
      code: 'engine-unavailable',
      detail: `the pod could not be prepared: ${prepared.message ?? prepared.reason ?? prepared.exitCode}`,
      certain: true,
    };
  const scheduled = pod.status?.conditions?.find(({ type }) => type === 'PodScheduled');
  if (scheduled?.status === 'False')
    return {
      code: 'engine-unavailable',
      detail: `no node takes it: ${scheduled.message ?? ''}`,
      certain: false,
    };
  return undefined;
}

/** Why the controller could make no pod, where it says so: a quota, a rule of the namespace. */
export async function eventOf(
  client: KubernetesClient,
  namespace: string,
  job: string,
): Promise<string | undefined> {
  const { items } = await client.core.listNamespacedEvent({
    namespace,
    fieldSelector: `involvedObject.name=${job},reason=FailedCreate`,
  });
  return items.at(-1)?.message;
}
