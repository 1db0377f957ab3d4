import type { Order, Refused } from '@chasqui/contracts';
import type { Driver, Work } from '../drivers/driver.js';
import { fileVariables } from '../drivers/file-variables.js';
import type { Policy } from '../policy.js';
import { policyFor, saidBy, type PolicyFor } from '../policy/policy-for.js';
import { forbidden } from './forbidden.js';

/** How an order is to be run here: in whose hands, as what, and for how long once it runs, in milliseconds. */
export interface Plan {
  readonly driver: Driver;
  readonly work: Work;
  readonly timeoutMs: number;
}

export type No = Pick<Refused, 'code' | 'detail'>;

export interface Situation {
  readonly policy: Policy;
  readonly drivers: { for(image: string | undefined): Driver | { readonly why: string } };
  readonly stopping: boolean;
  /** Where commands of this relay reach the API; without it they have no key-value store. */
  readonly apiUrl?: string | undefined;
  /** The time by the API's clock, in milliseconds; undefined while it is not known. */
  readonly now: number | undefined;
}

/** Whether this relay runs an order, and how; or why not, naming what was asked and what would be allowed. Pure. */
export function decideOrder(order: Order, situation: Situation): Plan | No {
  const { drivers, stopping, apiUrl, now } = situation;
  if (stopping) return { code: 'relay-stopping', detail: 'this relay is shutting down' };
  if (now !== undefined && now > order.startBy) return late(order, now);
  const policy = policyFor(situation.policy, order);
  const no = forbidden(order, policy, now);
  if (no) return { code: 'policy', detail: no };
  if (order.image === undefined) {
    const noContainer = asksForContainer(order);
    if (noContainer) return { code: 'no-driver', detail: noContainer };
  }
  const driver = drivers.for(order.image);
  if ('why' in driver) return { code: 'no-driver', detail: driver.why };
  const work = workOf(order, policy, apiUrl);
  if (work.networkName !== undefined && driver.name === 'kubernetes')
    return { code: 'policy', detail: saidBy(policy, ['network'], noNamedNetwork(work.networkName)) };
  return { driver, work, timeoutMs: Math.min(order.timeoutMs, policy.limits.timeout) };
}

/** What a program without a container cannot have. */
function asksForContainer({ mounts = [], capabilities = [] }: Order): string | undefined {
  if (mounts.length > 0) return 'mounts are for containers, and the command names no image';
  if (capabilities.length > 0) return 'capabilities are for containers, and the command names no image';
  return undefined;
}

function noNamedNetwork(name: string): string {
  return `the network ${name} is one of a container engine, and this relay runs the command in a cluster, which knows only none and bridge`;
}

/** Too late to be started, by the API's clock. */
export function late(order: Pick<Order, 'startBy'>, now: number): No {
  const seconds = Math.ceil((now - order.startBy) / 1000);
  return {
    code: 'order-late',
    detail: `it was to be started by ${new Date(order.startBy).toISOString()}, ${seconds} s ago`,
  };
}

/**
 * An order as its driver gets it: of what it asks, as much as the policy allows. Network and a writable root are withheld without a refusal,
 * because a bundle in Gort's format asks for both only for want of words.
 */
export function workOf(order: Order, policy: PolicyFor, apiUrl?: string): Work {
  const { runId, executionId, attempt, image, executable, args, stdin, limits, mounts, storeToken } = order;
  const { capabilities = [] } = order;
  const files = filesOf(order, policy);
  const network = order.network && policy.network !== 'none';
  const store = apiUrl !== undefined &&
    storeToken !== undefined && { CHASQUI_API_URL: apiUrl, CHASQUI_STORE_TOKEN: storeToken };
  return {
    runId,
    executionId,
    attempt,
    ...(image !== undefined && { image }),
    executable,
    args,
    env: { ...order.env, ...store, ...fileVariables(files) },
    ...(stdin !== undefined && { stdin }),
    ...files,
    limits: {
      memoryBytes: Math.min(limits.memoryBytes, policy.limits.memory),
      cpus: Math.min(limits.cpus, policy.limits.cpus),
      pids: Math.min(limits.pids, policy.limits.pids),
      outputBytes: Math.min(limits.outputBytes, policy.limits.output),
    },
    network,
    ...(network && policy.network !== 'bridge' && { networkName: policy.network }),
    writableRoot: order.writableRoot && policy.writableRoot,
    allowRoot: policy.allowRoot,
    ...(mounts && { mounts }),
    ...(capabilities.length > 0 && { capabilities }),
    ...(!policy.warm && { warm: false }),
    ...(order.stopGraceMs !== undefined && {
      stopGraceMs: Math.min(order.stopGraceMs, policy.limits.timeout),
    }),
  };
}

/** The files of an order: one as standard input perhaps, the others under their paths; and what may come out, as much as the policy allows. */
function filesOf(
  { filesIn = [], filesOut }: Order,
  { files }: PolicyFor,
): Pick<Work, 'stdin' | 'filesIn' | 'filesOut'> {
  const read = filesIn.map(({ key, to, base64 }) => ({
    key,
    path: to,
    bytes: Buffer.from(base64, 'base64'),
  }));
  const input = read.find(({ path }) => path === 'stdin');
  const laid = read.filter((file) => file !== input);
  const most = files.out ?? Infinity;
  return {
    ...(input && { stdin: input.bytes }),
    ...(laid.length > 0 && { filesIn: laid }),
    ...(filesOut && {
      filesOut: {
        ...filesOut,
        fileBytes: Math.min(filesOut.fileBytes, most),
        allBytes: Math.min(filesOut.allBytes, most),
      },
    }),
  };
}
