import { list } from '@chasqui/settings';
import { z } from 'zod';
import type { KubernetesSettings } from './drivers/kubernetes-driver.js';

const dnsName = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/;

/** `disktype=ssd,zone=a` */
const labels = list.transform((pairs, context) => {
  const read = pairs.map((pair) => /^([^\s=]+)=([^\s=]*)$/.exec(pair));
  if (read.every((pair) => pair !== null))
    return Object.fromEntries(read.map((pair) => [pair[1]!, pair[2]!]));
  context.addIssue({ code: 'custom', message: 'is written label=value, several with commas' });
  return z.NEVER;
});

/** The settings of the Kubernetes driver. */
export const kubernetesShape = {
  /** A kubeconfig file; without it `~/.kube/config`, and inside a cluster the pod's own account. */
  KUBECONFIG: z.string().optional(),
  /** Where jobs are made; without it the namespace that the configuration names, or the pod's own. */
  CHASQUI_KUBERNETES_NAMESPACE: z.string().regex(dnsName, 'is no name of a namespace').optional(),
  /** An image with a static busybox. */
  CHASQUI_KUBERNETES_ASSISTANT: z.string().default('docker.io/library/busybox:1.37.0-musl'),
  CHASQUI_KUBERNETES_PULL_SECRETS: list.default([]),
  CHASQUI_KUBERNETES_NODE_SELECTOR: labels.default({}),
};

/** What the driver is given. */
export function kubernetesPlace(
  set: z.infer<z.ZodObject<typeof kubernetesShape>>,
): Omit<KubernetesSettings, 'relay'> {
  return {
    kubeconfig: set.KUBECONFIG,
    namespace: set.CHASQUI_KUBERNETES_NAMESPACE,
    assistantImage: set.CHASQUI_KUBERNETES_ASSISTANT,
    pullSecrets: set.CHASQUI_KUBERNETES_PULL_SECRETS,
    nodeSelector: set.CHASQUI_KUBERNETES_NODE_SELECTOR,
  };
}
