import type { ToldRelay } from '@chasqui/replies';
import type { Timing } from '../config.js';
import type { RelayBoard } from '../relays/board.service.js';
import { stateOf } from '../relays/relay-state.js';

/** How the relays stand that have to confirm a cancellation, each once. `now` in milliseconds since the epoch. */
export function toldRelays(
  names: Iterable<string>,
  board: RelayBoard,
  timing: Timing,
  now: number,
): ToldRelay[] {
  return [...new Set(names)].toSorted().map((relay) => {
    const known = board.get(relay);
    if (known?.revokedAt !== undefined) return { relay, state: 'revoked', since: known.revokedAt };
    if (!known) return { relay, state: 'never-seen', since: now };
    const { state, since } = stateOf(known, timing, now);
    // That it is to be given nothing new does not keep it from hearing this.
    if (state !== 'disabled') return { relay, state, since };
    return { relay, ...stateOf({ ...known, disabled: false }, timing, now) };
  });
}
