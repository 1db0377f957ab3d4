import type { Order } from '@chasqui/contracts';
import { filesFor } from '../files/files-for.js';
import type { FileGiven } from '../files/run-files.js';
import { newId } from '../ids.js';
import { notBegun, type ExecutionRow, type RunRow } from '../runs/run-row.js';
import { environmentOf } from './environment.js';
import { idempotencyKeyOf } from './idempotency-key.js';
import type { Invocation } from './invoke.js';
import { limitsOf } from './limits.js';
import type { CommandStage } from './plan.js';

/** How long an order waits for its relay, and a command may take that does not say. Milliseconds. */
interface Times {
  readonly startWithinMs: number;
  readonly commandTimeoutMs: number;
}

/** Which part of a run an execution is. */
export interface Part {
  readonly stage: number;
  readonly item: number;
  /** The record it is given. */
  readonly input?: unknown;
}

/** An execution of a stage as it is first written: ordered, or waiting for its turn. `now` in milliseconds since the epoch. */
export function executionFor(
  runId: string,
  { command, relay }: CommandStage,
  { stage, item, input }: Part,
  state: 'accepted' | 'waiting',
  now: number,
  { startWithinMs, commandTimeoutMs }: Times,
): ExecutionRow {
  return {
    id: newId(),
    run_id: runId,
    relay,
    attempt: 1,
    state,
    start_by: new Date(now + startWithinMs).toISOString(),
    timeout_ms: command.timeoutMs ?? commandTimeoutMs,
    ...notBegun,
    stage,
    item,
    input: input ?? null,
    judged: null,
    waits_for: state === 'waiting' ? 'turn' : null,
    not_before: null,
    give_up_at: null,
    lock_key: null,
    limit_key: null,
    limit_most: null,
    place: null,
    idempotency_key: null,
    superseded_by: null,
  };
}

/** The run that an order belongs to, as far as its command is told of it. */
export type OrderingRun = Pick<
  RunRow,
  'id' | 'adapter' | 'workspace' | 'room' | 'room_name' | 'sender' | 'username' | 'user_email' | 'user_id'
>;

/** The groups that somebody is in, and the permissions that they hold, as they count where the order is made. */
export interface Holdings {
  readonly groups: readonly string[];
  readonly permissions: ReadonlySet<string>;
}

/** All that an order is made of. */
export interface OrderParts {
  readonly execution: Pick<
    ExecutionRow,
    'id' | 'attempt' | 'start_by' | 'timeout_ms' | 'idempotency_key' | 'stage'
  >;
  readonly stage: CommandStage;
  readonly invocation: Invocation;
  readonly run: OrderingRun;
  readonly relayTags: readonly string[];
  /** What was given with the line. */
  readonly files: readonly FileGiven[];
  /** What the asker has, for the relay's policy. */
  readonly holdings: Holdings;
  /** From the dynamic configuration, secrets in clear: it goes into the sealed order and nowhere else. */
  readonly configuration: Readonly<Record<string, string>>;
  /** Of these, the values that nobody may see. */
  readonly configuredSecrets?: readonly string[];
  readonly now: number;
}

/** The order for an execution: everything that the relay needs, so that it asks nobody. */
export function orderFor(parts: OrderParts): Order {
  const { execution, stage, invocation, run, now, holdings } = parts;
  const { bundle, command, relay } = stage;
  const secrets = [...(parts.configuredSecrets ?? []), ...(invocation.secrets ?? [])];
  return {
    kind: 'order',
    relay,
    runId: run.id,
    executionId: execution.id,
    idempotencyKey: idempotencyKeyOf(execution),
    attempt: execution.attempt,
    issuedAt: now,
    startBy: new Date(execution.start_by).getTime(),
    timeoutMs: Number(execution.timeout_ms),
    ...(command.stopGraceMs !== undefined && { stopGraceMs: command.stopGraceMs }),
    bundle: bundle.name,
    version: bundle.version,
    command: command.name,
    effect: command.effect,
    image: command.image,
    executable: [...command.executable],
    args: [...invocation.args],
    env: environmentOf(parts),
    ...(secrets.length > 0 && { secrets }),
    stdin: invocation.stdin,
    ...filesFor(parts),
    limits: limitsOf(command.limits),
    network: command.network,
    writableRoot: command.writableRoot,
    mounts: command.mounts && [...command.mounts],
    capabilities: command.capabilities && [...command.capabilities],
    asker: {
      id: run.user_id ?? '',
      username: run.username ?? '',
      email: run.user_email ?? '',
      groups: [...holdings.groups],
      permissions: [...holdings.permissions],
    },
  };
}
