import { posix } from 'node:path';
import type { V1Job, V1Pod, V1PodSpec, V1Volume, V1VolumeMount } from '@kubernetes/client-node';
import type { Work } from './driver.js';
import { markPrefix, newMark } from './frames.js';
import { shipWords } from './ship-files.js';
import { jobName, marksOf } from './kubernetes-names.js';
import { partsOf, type SecretPart } from './kubernetes-secrets.js';
import { become, carry, podFolders, prepare } from './kubernetes-scripts.js';

/** What an operator says of the cluster. */
export interface KubernetesPlace {
  readonly namespace: string;
  /** An image with a static busybox. It prepares each pod, and carries its input, its output and its files. */
  readonly assistantImage: string;
  /** Names of secrets with registry credentials. */
  readonly pullSecrets: readonly string[];
  readonly nodeSelector: Readonly<Record<string, string>>;
}

/** The container that is the command, and the one that logs what it prints. */
export const commandContainer = 'command';
export const outputContainer = 'output';

/** Marks the pods whose bundle asked for no network, or was not allowed any; a NetworkPolicy for them comes with the chart. */
const networkLabel = 'dev.chasqui.network';
/** Says of a pod why its command's own log is the output. */
const mergedNote = 'dev.chasqui.merged';

/** Nobody: who a command runs as unless the policy lets it be root. */
const nobody = 65534;
/** What is left behind by a relay that never came back goes after this long, in seconds. */
const keptSeconds = 24 * 3600;

/**
 * The Job of one execution: one pod, never a second one, with no more rights than the policy gives and nothing of the cluster's. `merged`
 * says of a work without a program why nobody knows what its image runs.
 */
export function jobOf(work: Work, relay: string, place: KubernetesPlace, merged?: string): V1Job {
  const marks = marksOf(work, relay);
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name: jobName(work), labels: marks },
    spec: {
      backoffLimit: 0,
      completions: 1,
      parallelism: 1,
      ttlSecondsAfterFinished: keptSeconds,
      // A node that is drained must not make the controller start the command a second time.
      podFailurePolicy: {
        rules: [{ action: 'FailJob', onPodConditions: [{ type: 'DisruptionTarget', status: 'True' }] }],
      },
      template: {
        metadata: {
          labels: { ...marks, [networkLabel]: work.network ? 'allowed' : 'none' },
          ...(merged !== undefined && { annotations: { [mergedNote]: merged } }),
        },
        spec: podOf(work, place),
      },
    },
  };
}

/** What tells the frames of a pod's output from anything else; undefined where its command's own log is the output. */
export function markIn(pod: V1Pod): string | undefined {
  const { command = [] } = pod.spec?.containers.find(({ name }) => name === outputContainer) ?? {};
  return command.find((word) => word.startsWith(markPrefix));
}

/** Why its command's own log is the output, where it is. */
export function mergedIn(pod: V1Pod): string | undefined {
  return pod.metadata?.annotations?.[mergedNote];
}

/** The program that its command was to be. */
export function programIn(pod: V1Pod): string {
  const { args = [] } = pod.spec?.containers.find(({ name }) => name === commandContainer) ?? {};
  return (args[0] ?? '').replaceAll('$$', '$');
}

function podOf(work: Work, place: KubernetesPlace): V1PodSpec {
  const own = { name: 'chasqui', mountPath: podFolders.own };
  const assistant = {
    image: place.assistantImage,
    securityContext: contextOf(nobody, true),
    resources: { requests: { cpu: '1m', memory: '4Mi' }, limits: { memory: '32Mi' } },
  };
  const framed = work.executable.length > 0;
  const input = framed && work.stdin !== undefined;
  const files = filesOf(work);
  return {
    restartPolicy: 'Never',
    automountServiceAccountToken: false,
    enableServiceLinks: false,
    terminationGracePeriodSeconds: Math.ceil((work.stopGraceMs ?? 10_000) / 1000),
    nodeSelector: { ...place.nodeSelector },
    imagePullSecrets: place.pullSecrets.map((name) => ({ name })),
    securityContext: { seccompProfile: { type: 'RuntimeDefault' } },
    volumes: [
      { name: 'chasqui', emptyDir: { sizeLimit: '16Mi' } },
      { name: 'tmp', emptyDir: { medium: 'Memory', sizeLimit: '64Mi' } },
      { name: 'frames', emptyDir: { medium: 'Memory', sizeLimit: '1Mi' } },
      ...(input ? [projected('input', partsOf(work), 'stdin')] : []),
      ...files.volumes,
      ...(work.mounts ?? []).map(({ source }, index) => ({
        name: `mount-${index}`,
        hostPath: { path: source },
      })),
    ],
    initContainers: [
      {
        ...assistant,
        name: 'prepare',
        command: ['sh', '-c', literal(prepare), 'prepare', ...files.names.map(literal)],
        volumeMounts: [own, ...files.inPrepare],
      },
    ],
    containers: [
      {
        ...assistant,
        name: outputContainer,
        command: framed ? ['sh', '-c', literal(carry), newMark(), ...files.limits] : ['true'],
        volumeMounts: [
          own,
          { name: 'frames', mountPath: podFolders.frames },
          ...(input ? [{ name: 'input', mountPath: podFolders.input }] : []),
          ...files.inCarry,
        ],
      },
      {
        name: commandContainer,
        image: work.image!,
        ...argvOf(work, input),
        envFrom: [{ secretRef: { name: jobName(work) } }],
        volumeMounts: [
          { ...own, readOnly: true },
          ...files.inCommand,
          ...(work.writableRoot ? [] : [{ name: 'tmp', mountPath: '/tmp' }]),
          ...(work.mounts ?? []).map(({ target, readOnly }, index) => ({
            name: `mount-${index}`,
            mountPath: target,
            readOnly,
          })),
        ],
        securityContext: contextOf(
          work.allowRoot ? undefined : nobody,
          !work.writableRoot,
          work.capabilities,
        ),
        resources: resourcesOf(work),
      },
    ],
  };
}

/** What nobody could tell us stays the node's to know: it runs as it is, and what it says on stderr comes with the rest. */
function argvOf({ executable, args }: Work, input: boolean): { command?: string[]; args: string[] } {
  if (executable.length === 0) return { args: args.map(literal) };
  return {
    command: ['/.chasqui/busybox', 'sh', '-c', literal(become(input)), 'chasqui'],
    args: [...executable, ...args].map(literal),
  };
}

/** Kubernetes puts variables where a text says `$(NAME)`; `$$` is one dollar. */
function literal(text: string): string {
  return text.replaceAll('$', '$$$$');
}

/** Little is requested, or else a small cluster would run a few commands at once and let the others wait. */
function resourcesOf({ limits }: Work) {
  const memory = Math.max(limits.memoryBytes, 6 * 1024 ** 2);
  return {
    requests: { cpu: '10m', memory: String(Math.min(memory, 16 * 1024 ** 2)) },
    limits: { cpu: String(Math.max(limits.cpus, 0.01)), memory: String(memory) },
  };
}

function contextOf(user: number | undefined, readOnlyRoot: boolean, capabilities?: readonly string[]) {
  return {
    ...(user !== undefined && { runAsUser: user, runAsGroup: user, runAsNonRoot: true }),
    allowPrivilegeEscalation: false,
    privileged: false,
    readOnlyRootFilesystem: readOnlyRoot,
    capabilities: { drop: ['ALL'], ...(capabilities && { add: [...capabilities] }) },
  };
}

function projected(name: string, parts: readonly SecretPart[], of?: string): V1Volume {
  const sources = parts
    .filter((part) => (of === undefined ? part.of !== 'stdin' : part.of === of))
    .map((part) => ({
      secret: {
        name: part.name,
        items: [{ key: part.key, path: of === undefined ? `${part.of}/${part.key}` : part.key }],
      },
    }));
  return { name, projected: { sources } };
}

/** What a pod needs for files: in memory, because a node's disk has no limit for them. */
function filesOf(work: Work) {
  const { filesIn = [], filesOut } = work;
  const folder = filesIn[0] && posix.dirname(filesIn[0].path);
  const bytesIn = filesIn.reduce((sum, { bytes }) => sum + bytes.length, 0);
  const memory = (name: string, bytes: number): V1Volume => ({
    name,
    emptyDir: { medium: 'Memory', sizeLimit: String(bytes + 1024 ** 2) },
  });
  const mount = (name: string, mountPath: string, readOnly = false): V1VolumeMount => ({
    name,
    mountPath,
    ...(readOnly && { readOnly }),
  });
  return {
    names: filesIn.map(({ path }) => posix.basename(path)),
    limits: filesOut ? shipWords(filesOut) : [],
    volumes: [
      ...(folder ? [projected('given', partsOf(work)), memory('files-in', bytesIn)] : []),
      ...(filesOut ? [memory('files-out', filesOut.allBytes)] : []),
    ],
    inPrepare: folder ? [mount('given', podFolders.given), mount('files-in', podFolders.filesIn)] : [],
    inCarry: filesOut ? [mount('files-out', podFolders.filesOut, true)] : [],
    inCommand: [
      ...(folder ? [mount('files-in', folder, true)] : []),
      ...(filesOut ? [mount('files-out', filesOut.path)] : []),
    ],
  };
}
