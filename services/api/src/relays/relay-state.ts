import type { Heartbeat } from '@chasqui/contracts';
import type { Timing } from '../config.js';

export type RelayState = 'never-seen' | 'online' | 'suspect' | 'offline' | 'draining' | 'disabled';

/** What is known of a relay: its row, and what was last heard from it. Times in milliseconds since the epoch. */
export interface KnownRelay {
  readonly name: string;
  /** Tags an operator gave it; the relay's own configuration may add to them. */
  readonly givenTags: readonly string[];
  /** Both, each once. The same array for as long as nothing changes in it. */
  readonly tags: readonly string[];
  readonly disabled: boolean;
  readonly disabledAt?: number;
  readonly revokedAt?: number;
  readonly createdAt: number;
  readonly lastSeenAt?: number;
  readonly rejectedAt?: number;
  readonly heartbeat?: Heartbeat;
  /** Since when it has been heard without a gap. */
  readonly onlineSince?: number;
  /** Orders this instance sent it since its last heartbeat, less those it has heard the end of: what that heartbeat did not count. */
  readonly sentSince: number;
}

/** A relay's state and since when, from how long ago it was heard. */
export function stateOf(
  relay: KnownRelay,
  timing: Timing,
  now: number,
): { state: RelayState; since: number } {
  if (relay.disabled) return { state: 'disabled', since: relay.disabledAt ?? relay.createdAt };
  if (relay.lastSeenAt === undefined) return { state: 'never-seen', since: relay.createdAt };
  const silentFor = now - relay.lastSeenAt;
  if (silentFor >= timing.offlineAfterMs) return { state: 'offline', since: relay.lastSeenAt };
  if (silentFor >= timing.suspectAfterMs) return { state: 'suspect', since: relay.lastSeenAt };
  const since = relay.onlineSince ?? relay.lastSeenAt;
  return { state: relay.heartbeat?.draining ? 'draining' : 'online', since };
}

/** An operator's tags and the relay's own, each once; the array that was there before where it says the same. */
export function joinTags(
  given: readonly string[],
  own: readonly string[],
  before: readonly string[] = [],
): readonly string[] {
  const joined = [...new Set([...given, ...own])].toSorted();
  return joined.length === before.length && joined.every((tag, at) => tag === before[at]) ? before : joined;
}
