import { request, type RequestOptions } from 'node:https';
import { request as plainRequest } from 'node:http';
import type { IncomingMessage } from 'node:http';
import type { BatchV1Api, CoreV1Api, KubeConfig, V1Pod, Watch } from '@kubernetes/client-node';

/** The cluster's API, as far as the driver needs it. */
export interface KubernetesClient {
  readonly config: KubeConfig;
  readonly core: CoreV1Api;
  readonly batch: BatchV1Api;
  readonly watch: Watch;
}

/**
 * Loads the client, which is large, and finds the cluster: the file given, else what `KUBECONFIG` and `~/.kube/config` say, else the one that this
 * process is a pod of. Throws where there is none.
 */
export async function kubernetesClient(kubeconfig: string | undefined): Promise<KubernetesClient> {
  const { BatchV1Api, CoreV1Api, KubeConfig, Watch } = await import('@kubernetes/client-node');
  const config = new KubeConfig();
  if (kubeconfig === undefined) config.loadFromDefault();
  else config.loadFromFile(kubeconfig);
  return {
    config,
    core: config.makeApiClient(CoreV1Api),
    batch: config.makeApiClient(BatchV1Api),
    watch: new Watch(config),
  };
}

/** The namespace that the configuration names; `default` where it names none. */
export function ownNamespace({ config }: KubernetesClient): string {
  return config.getContextObject(config.getCurrentContext())?.namespace ?? 'default';
}

/** What a container says, from its beginning, as it comes. Whoever reads it decides how fast. Throws where the API server does not give it. */
export async function openLog(
  { config }: KubernetesClient,
  pod: V1Pod,
  container: string,
  signal: AbortSignal,
): Promise<IncomingMessage> {
  const { name, namespace } = pod.metadata!;
  const server = new URL(config.getCurrentCluster()!.server);
  const path = `/api/v1/namespaces/${namespace}/pods/${name}/log?container=${container}&follow=true`;
  const options: RequestOptions = { signal };
  await config.applyToHTTPSOptions(options);
  const ask = server.protocol === 'http:' ? plainRequest : request;
  const answer = await new Promise<IncomingMessage>((resolve, reject) =>
    ask(new URL(server.pathname.replace(/\/$/, '') + path, server), options, resolve)
      .on('error', reject)
      .end(),
  );
  if (answer.statusCode === 200) return answer;
  answer.resume();
  throw Object.assign(new Error(`the log of ${name} is refused: ${answer.statusCode}`), {
    code: answer.statusCode,
  });
}

/** The HTTP status that the API server answered with, undefined where it did not. */
export function statusOf(error: unknown): number | undefined {
  const { code } = error as { code?: unknown };
  return typeof code === 'number' ? code : undefined;
}

/** Why, in the API server's words. */
export function saidBy(error: unknown): string {
  const { body, message } = error as { body?: unknown; message: string };
  try {
    const { message: said } = (typeof body === 'string' ? JSON.parse(body) : body) as { message?: string };
    return said ?? message;
  } catch {
    return message;
  }
}
