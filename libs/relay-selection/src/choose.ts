import type { DriverName } from '@chasqui/contracts';
import { explain, type NoRelayFacts } from './explain.js';
import { meets } from './matches.js';
import { printSelector } from './print-selector.js';
import { driverFor, takesWork, type NeededDriver, type RelayView } from './relay-view.js';
import { rendezvous } from './rendezvous.js';
import { join, type BadSelector, type SelectorFrom } from './wanted.js';

export interface Need {
  /** All of them must hold. */
  readonly selectors: readonly SelectorFrom[];
  readonly driver: NeededDriver;
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
 * Chooses the relay for one execution: it meets every requirement, has a driver that fits and takes work; among those an
 * online one before a suspect one, then the one with the fewest executions in flight, then by `key` (an execution id),
 * so that equal relays share the work and every API instance chooses alike.
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
    if (!takesWork(relay) || !driverFor(need.driver, relay)) continue;
    if (best && comesBefore(best, relay, rank)) continue;
    if (wanted.every(({ requirement }) => meets(requirement, relay)) && may(relay)) best = relay;
  }
  if (!best) return { kind: 'none', selector, facts: explain(wanted, need.driver, relays.filter(may)) };
  return { kind: 'chosen', relay: best.name, driver: driverFor(need.driver, best)!, selector };
}

/** Whether one relay is to be taken rather than another, where both will do. */
export function comesBefore(a: RelayView, b: RelayView, rank: (name: string) => number): boolean {
  if (a.state !== b.state) return a.state === 'online';
  if (a.inFlight !== b.inFlight) return a.inFlight < b.inFlight;
  const difference = rank(a.name) - rank(b.name);
  return difference > 0 || (difference === 0 && a.name < b.name);
}
