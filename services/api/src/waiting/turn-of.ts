import { createHash } from 'node:crypto';
import type { Command } from '@chasqui/bundles';
import { fullNameOf } from '../commands/full-name.js';
import type { Invocation } from '../commands/invoke.js';
import type { CommandStage, StoredPlan } from '../commands/plan.js';
import type { ExecutionRow, WaitsFor } from '../runs/run-row.js';

/** Whether only so many of a command may run at once, or one for each name of its lock. */
export function needsTurn({ lock, concurrency }: Pick<Command, 'lock' | 'concurrency'>): boolean {
  return lock !== undefined || concurrency !== undefined;
}

/** Whether the end of an execution may be what others wait for, or its run's next stage waits for something. */
export function mayFree(plan: StoredPlan | undefined): boolean {
  return plan?.stages.some((stage) => stage.kind === 'command' && firstWait(stage) !== undefined) ?? false;
}

/** How long a command waits for a relay where none fits, in milliseconds: as the person says, or else its bundle; undefined where it does not. */
export function relayWaitMs(
  { noRelayWaitMs }: Pick<Command, 'noRelayWaitMs'>,
  { wait }: Pick<CommandStage, 'wait'>,
): number | undefined {
  return wait?.ms ?? noRelayWaitMs;
}

/** What a stage has to wait for before anything of it is ordered, where it has to. */
export function firstWait({ relay, command }: CommandStage): WaitsFor | undefined {
  if (relay === '') return 'relay';
  return needsTurn(command) ? 'lock' : undefined;
}

/** The lock that an execution needs, and the limit that it counts under. A lock is its bundle's: what another bundle calls the same is another. */
export function turnColumns(
  stage: CommandStage,
  { lock }: Pick<Invocation, 'lock'>,
): Pick<ExecutionRow, 'lock_key' | 'limit_key' | 'limit_most'> {
  const { concurrency } = stage.command;
  return {
    lock_key: lock === undefined ? null : short(`${stage.bundle.name}:${lock}`),
    limit_key: concurrency === undefined ? null : fullNameOf(stage),
    limit_most: concurrency ?? null,
  };
}

/** So long may the name of a lock be as it is. */
const mostCharacters = 200;

/** A longer one is cut, and told from others by its digest. */
function short(name: string): string {
  if (name.length <= mostCharacters) return name;
  return `${name.slice(0, mostCharacters)}… ${createHash('sha256').update(name).digest('hex').slice(0, 16)}`;
}
