import type { Heartbeat } from '@chasqui/contracts';
import type { RelayState } from '@chasqui/relay-selection';
import type { Timing } from '../config.js';

/** What is known of a relay: its row, and what was last heard from it. Times in milliseconds since the epoch. */
export interface KnownRelay {
  readonly name: string;
  /** Tags an operator gave it; the relay's own configuration may add to them. */
  readonly givenTags: readonly string[];
  /** Both, each once. The same array for as long as nothing changes in it. */
  readonly tags: readonly string[];
  readonly disabled: boolean;
  readonly disabledAt?: number;
  /** That its operator wants it to finish what it has and to be given nothing new. */
  readonly drain?: Wish & { /** When nothing ran there any more. */ readonly emptyAt?: number };
  /** That its operator wants it to be given nothing new. */
  readonly pause?: Wish;
  readonly revokedAt?: number;
  readonly createdAt: number;
  readonly lastSeenAt?: number;
  readonly rejectedAt?: number;
  readonly heartbeat?: Heartbeat;
  /** Since when it has been heard without a gap. */
  readonly onlineSince?: number;
  /** Since when it says of itself that it takes nothing new, because it is stopping. */
  readonly stoppingSince?: number;
  /** Orders this instance sent it since its last heartbeat, less those it has heard the end of: what that heartbeat did not count. */
  readonly sentSince: number;
}

/** What an operator wants of a relay, since when and why. */
export interface Wish {
  readonly at: number;
  readonly note?: string;
}

/** How a relay is and since when; and, as long as an operator keeps it from new work, what they said then, however it is. */
export interface Standing {
  readonly state: RelayState;
  readonly since: number;
  readonly note?: string;
}

/** A relay's state and since when, from how long ago it was heard and what its operator wants. */
export function standingOf(relay: KnownRelay, timing: Timing, now: number): Standing {
  const note = relay.drain ? relay.drain.note : relay.pause?.note;
  return { ...stateOf(relay, timing, now), ...(note !== undefined && { note }) };
}

/** The same without the note. That it is away says more than that nobody wants it to work. */
export function stateOf(
  relay: KnownRelay,
  timing: Timing,
  now: number,
): { state: RelayState; since: number } {
  if (relay.disabled) return { state: 'disabled', since: relay.disabledAt ?? relay.createdAt };
  if (relay.lastSeenAt === undefined) return { state: 'never-seen', since: relay.createdAt };
  const silentFor = now - relay.lastSeenAt;
  if (silentFor >= timing.offlineAfterMs) return { state: 'offline', since: relay.lastSeenAt };
  if (relay.drain) return { state: 'draining', since: relay.drain.at };
  if (relay.pause) return { state: 'paused', since: relay.pause.at };
  if (silentFor >= timing.suspectAfterMs) return { state: 'suspect', since: relay.lastSeenAt };
  if (relay.heartbeat?.draining) return { state: 'draining', since: relay.stoppingSince ?? relay.lastSeenAt };
  return { state: 'online', since: relay.onlineSince ?? relay.lastSeenAt };
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
