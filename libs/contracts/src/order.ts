import { z } from 'zod';
import { fileLimits, OrderFile, OutFolder } from './files.js';
import { RelayName } from './names.js';

/** The ways a relay executes. */
export const DriverName = z.enum(['process', 'docker', 'kubernetes']);
export type DriverName = z.infer<typeof DriverName>;

/** What one execution may use. The relay's policy may lower each of them, never raise. */
export const Limits = z.object({
  memoryBytes: z.number().int().positive(),
  /** CPUs, fractions allowed: 0.5 is half of one. */
  cpus: z.number().positive(),
  /** Processes and threads. */
  pids: z.number().int().positive(),
  /** How much output is kept; head and tail stay, what is between them is counted and dropped. */
  outputBytes: z.number().int().positive(),
});
export type Limits = z.infer<typeof Limits>;

/** A folder of the relay's machine, seen inside the container. The relay's policy decides. */
export const Mount = z.object({ source: z.string(), target: z.string(), readOnly: z.boolean() });
export type Mount = z.infer<typeof Mount>;

/** What running a command twice would do: nothing new (`read`), the same again (`idempotent`), or something more (`write`). */
export const Effect = z.enum(['read', 'idempotent', 'write']);
export type Effect = z.infer<typeof Effect>;

/** The person behind an order. The relay's policy may ask for groups and permissions; without them it takes it that there are none. */
export const Asker = z.object({
  id: z.string(),
  username: z.string(),
  email: z.string(),
  groups: z.array(z.string()).optional(),
  /** Those that count everywhere, and for this token. */
  permissions: z.array(z.string()).optional(),
});
export type Asker = z.infer<typeof Asker>;

/**
 * What the API sends a relay: one execution, with everything needed to run it, so that the relay asks nobody.
 * Times are milliseconds since the epoch by the API's clock.
 */
export const Order = z.object({
  kind: z.literal('order'),
  relay: RelayName,
  runId: z.string(),
  executionId: z.string(),
  /** 1, and one more for each retry. */
  attempt: z.number().int().positive(),
  /** The same for all attempts of one execution. */
  idempotencyKey: z.string(),
  issuedAt: z.number().int(),
  /** It must have been started by then, or not at all. */
  startBy: z.number().int(),
  /** How long it may run once started, in milliseconds. */
  timeoutMs: z.number().int().positive(),
  /** How long it may take to end once it was told to stop, in milliseconds, before it is killed. Default ten seconds. */
  stopGraceMs: z.number().int().nonnegative().optional(),
  bundle: z.string(),
  version: z.string(),
  command: z.string(),
  /** What its bundle says of it; without it the relay takes it for a `write`. */
  effect: Effect.optional(),
  /** With an image a container driver runs it; without one the process driver. */
  image: z.string().optional(),
  /** The program and its first words; empty means the image's own entrypoint. */
  executable: z.array(z.string()),
  /** The person's words, byte for byte. */
  args: z.array(z.string()),
  env: z.record(z.string(), z.string()),
  /** Values in all this that nobody may see: the relay masks them in what the command prints. */
  secrets: z.array(z.string()).optional(),
  /** What is written to its standard input, which is then closed. */
  stdin: z.string().optional(),
  /** Files that go in, at most one of them as standard input. */
  filesIn: z.array(OrderFile).max(fileLimits.inCount).optional(),
  /** Where files are collected from when it is over. */
  filesOut: OutFolder.optional(),
  limits: Limits,
  /** Whether the bundle asks for network; the relay's policy decides. */
  network: z.boolean(),
  /** Whether the bundle asks for a root file system it can write; the relay's policy decides. */
  writableRoot: z.boolean(),
  mounts: z.array(Mount).optional(),
  /** Linux capabilities that the bundle asks for, without `CAP_`: `NET_RAW`; the relay's policy decides. */
  capabilities: z.array(z.string()).optional(),
  /** Lets this execution use the key-value store over HTTP, until it is over; where the relay knows a way to the API. */
  storeToken: z.string().optional(),
  asker: Asker,
});
export type Order = z.infer<typeof Order>;

/**
 * The API's answer to a heartbeat that asked for one: proof that both hold the same token, and the API's clock.
 * The relay takes `apiTime` − (sent + received) / 2 as its offset (the estimate of NTP, RFC 5905 §8, with one sample).
 */
export const Welcome = z.object({
  kind: z.literal('welcome'),
  relay: RelayName,
  /** The heartbeat's own `nonce`. */
  nonce: z.string(),
  apiTime: z.number().int(),
});
export type Welcome = z.infer<typeof Welcome>;

/**
 * Asks a relay to stop an execution, or not to start it. It goes the way of the order, with the same key, and so behind it; where it should come
 * first nevertheless, the order is not run any more.
 */
export const Cancel = z.object({
  kind: z.literal('cancel'),
  relay: RelayName,
  runId: z.string(),
  executionId: z.string(),
  attempt: z.number().int().positive(),
  issuedAt: z.number().int(),
  /** The order's own: until then it may still come. */
  startBy: z.number().int(),
  /** Whose wish it is: a user name. */
  by: z.string(),
});
export type Cancel = z.infer<typeof Cancel>;

/** Everything that goes to `relay.<name>.orders`, sealed. */
export const ToRelay = z.discriminatedUnion('kind', [Order, Cancel, Welcome]);
export type ToRelay = z.infer<typeof ToRelay>;
