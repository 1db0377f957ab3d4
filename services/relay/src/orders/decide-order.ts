import type { Order, Refused } from '@chasqui/contracts';
import type { Driver, Work } from '../drivers/driver.js';
import type { Policy } from '../policy.js';
import { forbiddenMount } from './forbidden-mount.js';

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
export function decideOrder(order: Order, { policy, drivers, stopping, apiUrl, now }: Situation): Plan | No {
  if (stopping) return { code: 'relay-stopping', detail: 'this relay is shutting down' };
  if (now !== undefined && now > order.startBy) return late(order, now);
  const forbidden =
    order.image === undefined
      ? forbiddenExecutable(order.executable[0], policy)
      : forbiddenImage(order.image, policy);
  if (forbidden) return { code: 'policy', detail: forbidden };
  const { mounts = [] } = order;
  if (mounts.length > 0 && order.image === undefined)
    return { code: 'no-driver', detail: 'mounts are for containers, and the command names no image' };
  const noMount = forbiddenMount(mounts, policy);
  if (noMount) return { code: 'policy', detail: noMount };
  const driver = drivers.for(order.image);
  if ('why' in driver) return { code: 'no-driver', detail: driver.why };
  return {
    driver,
    work: workOf(order, policy, apiUrl),
    timeoutMs: Math.min(order.timeoutMs, policy.limits.timeout),
  };
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
export function workOf(order: Order, policy: Policy, apiUrl?: string): Work {
  const { runId, executionId, attempt, image, executable, args, stdin, limits, mounts, storeToken } = order;
  const store = apiUrl !== undefined &&
    storeToken !== undefined && { CHASQUI_API_URL: apiUrl, CHASQUI_STORE_TOKEN: storeToken };
  return {
    runId,
    executionId,
    attempt,
    ...(image !== undefined && { image }),
    executable,
    args,
    env: { ...order.env, ...store },
    ...(stdin !== undefined && { stdin }),
    limits: {
      memoryBytes: Math.min(limits.memoryBytes, policy.limits.memory),
      cpus: Math.min(limits.cpus, policy.limits.cpus),
      pids: Math.min(limits.pids, policy.limits.pids),
      outputBytes: Math.min(limits.outputBytes, policy.limits.output),
    },
    network: order.network && policy.network,
    writableRoot: order.writableRoot && policy.writableRoot,
    allowRoot: policy.allowRoot,
    ...(mounts && { mounts }),
  };
}

function forbiddenExecutable(executable: string | undefined, { executables }: Policy): string | undefined {
  if (executable === undefined) return 'the command names neither an image nor an executable';
  if (executables.some((allowed) => matches(executable, allowed))) return undefined;
  const allowed = executables.length > 0 ? `only ${executables.join(', ')}` : 'no executables';
  return `${executable} may not be run: this relay's policy allows ${allowed}`;
}

/** A file itself, or directly in a folder; `..` leads nowhere. */
function matches(executable: string, allowed: string): boolean {
  if (!allowed.endsWith('/*')) return executable === allowed;
  const folder = allowed.slice(0, -1);
  const file = executable.slice(folder.length);
  return executable.startsWith(folder) && file !== '' && !file.includes('/') && file !== '..' && file !== '.';
}

function forbiddenImage(image: string, { images }: Policy): string | undefined {
  const allowed = images.some((pattern) => isLike(image, pattern));
  return allowed
    ? undefined
    : `the image ${image} may not be run: this relay's policy allows ${images.length > 0 ? `only ${images.join(', ')}` : 'none'}`;
}

/** Whether a text is as a pattern says, in which `*` stands for anything. Each piece is taken where it first stands, so many stars take no longer. */
function isLike(text: string, pattern: string): boolean {
  const [first, ...others] = pattern.split('*') as [string, ...string[]];
  const last = others.pop();
  if (last === undefined) return text === first;
  if (!text.startsWith(first)) return false;
  let at = first.length;
  for (const piece of others) {
    const found = text.indexOf(piece, at);
    if (found < 0) return false;
    at = found + piece.length;
  }
  return text.length - last.length >= at && text.endsWith(last);
}
