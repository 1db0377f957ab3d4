import type { V1Job, V1PodSpec, V1Secret } from '@kubernetes/client-node';
import { labels } from './docker-container.js';
import type { Work } from './driver.js';
import { executionName } from './execution-name.js';

/** What an operator says of the cluster. */
export interface KubernetesPlace {
  readonly namespace: string;
  /** An image with a static busybox: a POSIX shell, `cat`, `cp` and `mkfifo`. It prepares each pod and carries its input and its stderr. */
  readonly assistantImage: string;
  /** Names of secrets with registry credentials. */
  readonly pullSecrets: readonly string[];
  readonly nodeSelector: Readonly<Record<string, string>>;
}

/** The container that is the command; the other one's log is its stderr, because a log of a pod tells the two streams no longer apart. */
export const commandContainer = 'command';
export const stderrContainer = 'stderr';

/** What the command's container says, in its termination message, of a program that is not there. */
export const missingProgram = 'chasqui: no such program';

/** Marks the pods whose bundle asked for no network, or was not allowed any; a NetworkPolicy for them comes with the chart. */
export const networkLabel = 'dev.chasqui.network';

/** Nobody: who a command runs as unless the policy lets it be root. */
const nobody = 65534;
/** Of one secret; the API server takes 1 MiB. */
const secretBytes = 900_000;
/** What is left behind by a relay that never came back goes after this long, in seconds. */
const keptSeconds = 24 * 3600;

/** Lower case and dashes: what a name may be in Kubernetes. The same for the same attempt, so that a second one fails by itself. */
export function jobName(work: Pick<Work, 'executionId' | 'attempt'>): string {
  return executionName(work).toLowerCase().replaceAll('_', '-');
}

/** Finds everything that belongs to one attempt. */
export function selectorOf({ executionId, attempt }: Pick<Work, 'executionId' | 'attempt'>): string {
  return `${labels.execution}=${executionId},${labels.attempt}=${attempt}`;
}

/** The Job of one execution: one pod, never a second one, with no more rights than the policy gives and nothing of the cluster's. */
export function jobOf(work: Work, relay: string, place: KubernetesPlace): V1Job {
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
        metadata: { labels: { ...marks, [networkLabel]: work.network ? 'allowed' : 'none' } },
        spec: podOf(work, place),
      },
    },
  };
}

/** Its environment and its standard input: who may look at pods need not see them. The input may be more than one secret holds. */
export function secretsOf(work: Work, relay: string): V1Secret[] {
  const secret = (name: string, data: Record<string, string>): V1Secret => ({
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name, labels: marksOf(work, relay) },
    immutable: true,
    data,
  });
  return [
    secret(
      jobName(work),
      Object.fromEntries(Object.entries(work.env).map(([name, value]) => [name, base64(value)])),
    ),
    ...inputOf(work).map((part, index) =>
      secret(inputName(work, index), { [String(index).padStart(4, '0')]: part.toString('base64') }),
    ),
  ];
}

function podOf(work: Work, place: KubernetesPlace): V1PodSpec {
  const own = { name: 'chasqui', mountPath: '/.chasqui' };
  const assistant = {
    image: place.assistantImage,
    securityContext: contextOf(nobody, true),
    resources: { requests: { cpu: '1m', memory: '4Mi' }, limits: { memory: '32Mi' } },
  };
  const inputs = inputOf(work).map((_, index) => inputName(work, index));
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
      ...(inputs.length > 0
        ? [{ name: 'input', projected: { sources: inputs.map((name) => ({ secret: { name } })) } }]
        : []),
      ...(work.mounts ?? []).map(({ source }, index) => ({
        name: `mount-${index}`,
        hostPath: { path: source },
      })),
    ],
    initContainers: [{ ...assistant, name: 'prepare', command: ['sh', '-c', prepare], volumeMounts: [own] }],
    containers: [
      {
        ...assistant,
        name: stderrContainer,
        command: ['sh', '-c', carry],
        volumeMounts: [own, ...(inputs.length > 0 ? [{ name: 'input', mountPath: '/input' }] : [])],
      },
      {
        name: commandContainer,
        image: work.image!,
        ...argvOf(work, inputs.length > 0),
        envFrom: [{ secretRef: { name: jobName(work) } }],
        // Writing into a pipe is not writing into the folder: the command can change nothing of what prepares it.
        volumeMounts: [
          { ...own, readOnly: true },
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

/**
 * Before the command: a shell that every image then has, which is the very program that copies it, and the pipes through which its input comes
 * and its stderr goes.
 */
const prepare = `cp /proc/self/exe /.chasqui/busybox && mkfifo -m 666 /.chasqui/err && mkfifo -m 666 /.chasqui/in`;
/** Beside it: feeds the input, which is read or not, and says what comes as stderr. */
const carry = `if [ -d /input ]; then cat /input/* >/.chasqui/in & fi; exec cat /.chasqui/err`;
/** In its place, until it becomes the command. Finds the program by itself, so that a shell that knows it too does not step in. */
const become = (input: boolean) =>
  [
    `exec 2>/.chasqui/err`,
    input ? `exec </.chasqui/in` : `exec </dev/null`,
    `case $1 in */*) p=$1 ;; *) p=$(/.chasqui/busybox which "$1") ;; esac`,
    `if [ ! -x "$p" ] || [ -d "$p" ]; then echo '${missingProgram}' >/dev/termination-log; exit 127; fi`,
    `shift; exec "$p" "$@"`,
  ].join('\n');

/** An image's own entrypoint only the node knows: it runs as it is, and what it says on stderr comes with the rest. */
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

function marksOf(work: Work, relay: string): Record<string, string> {
  return {
    'app.kubernetes.io/managed-by': 'chasqui',
    [labels.relay]: relay,
    [labels.run]: work.runId,
    [labels.execution]: work.executionId,
    [labels.attempt]: String(work.attempt),
  };
}

function inputOf({ stdin, executable }: Work): Buffer[] {
  if (stdin === undefined || executable.length === 0) return [];
  const bytes = Buffer.from(stdin);
  const parts = Math.max(1, Math.ceil(bytes.length / secretBytes));
  return Array.from({ length: parts }, (_, at) => bytes.subarray(at * secretBytes, (at + 1) * secretBytes));
}

function inputName(work: Work, index: number): string {
  return `${jobName(work)}-in-${index}`;
}

function base64(text: string): string {
  return Buffer.from(text).toString('base64');
}
