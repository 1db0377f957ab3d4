import type { DriverName } from '@chasqui/contracts';
import { explain, type NoRelayFacts } from './explain.js';
import { meets } from './matches.js';
import { printSelector } from './print-selector.js';
import { driverFor, fitsPlatform, isFull, takesWork, type Runnable, type RelayView } from './relay-view.js';
import { rendezvous } from './rendezvous.js';
import { join, type BadSelector, type SelectorFrom } from './wanted.js';

export interface Need extends Runnable {
  /** All of them must hold. */
  readonly selectors: readonly SelectorFrom[];
}

export interface Chosen {
  readonly kind: 'chosen';
  readonly relay: string;
  readonly driver: DriverName;
  /** All selectors joined, in canonical text. */
  readonly selector: string;
}

export interface NoneChosen {
  readonly kind: 'none';
  readonly selector: string;
  readonly facts: NoRelayFacts;
}

export type Choice = Chosen | NoneChosen | BadSelector;

/**
 * Chooses the relay for one execution: it meets every requirement, has a driver and a platform that fit and takes work; among those an
 * online one before a suspect one, then the one with less to do (`compareLoad`), then by `key` (an execution id), so that equal relays
 * share the work and every API instance chooses alike.
 * @param may which of them may be taken at all; the others count as if they were not there. Asked of as few as will do
 */
export function choose(
  need: Need,
  relays: readonly RelayView[],
  key: string,
  may: (relay: RelayView) => boolean = () => true,
): Choice {
  const wanted = join(need.selectors);
  if ('kind' in wanted) return wanted;
  const selector = printSelector({ requirements: wanted.map((one) => one.requirement) });

  const rank = rendezvous(key);
  let best: RelayView | undefined;
  for (const relay of relays) {
    if (!takesWork(relay) || !canRun(need, relay)) continue;
    if (best && comesBefore(best, relay, rank)) continue;
    if (wanted.every(({ requirement }) => meets(requirement, relay)) && may(relay)) best = relay;
  }
  if (!best) return { kind: 'none', selector, facts: explain(wanted, need, relays.filter(may)) };
  return { kind: 'chosen', relay: best.name, driver: driverFor(need.driver, best)!, selector };
}

/** Whether a relay has what a command needs to run, whatever its tags and its state. */
export function canRun(need: Runnable, relay: RelayView): boolean {
  return driverFor(need.driver, relay) !== undefined && fitsPlatform(need, relay);
}

/**
 * Which of two relays has less to do; below 0 for the first. One with a free slot comes before one without; of those with a free slot the one
 * with the fewest executions in flight; of those without, which still queue, the one with the fewest for each slot, because there a turn
 * comes soonest.
 */
export function compareLoad(a: RelayView, b: RelayView): number {
  const full = isFull(a);
  if (full !== isFull(b)) return full ? 1 : -1;
  return full ? (a.inFlight + 1) / a.slots - (b.inFlight + 1) / b.slots : a.inFlight - b.inFlight;
}

/** Whether one relay is to be taken rather than another, where both will do. */
export function comesBefore(a: RelayView, b: RelayView, rank: (name: string) => number): boolean {
  if (a.state !== b.state) return a.state === 'online';
  const load = compareLoad(a, b);
  if (load !== 0) return load < 0;
  const difference = rank(a.name) - rank(b.name);
  return difference > 0 || (difference === 0 && a.name < b.name);
}
