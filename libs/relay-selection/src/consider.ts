import { comesBefore, type Need } from './choose.js';
import { meets } from './matches.js';
import { rendezvous } from './rendezvous.js';
import { driverFor, takesWork, type RelayState, type RelayView } from './relay-view.js';
import { join, type BadSelector } from './wanted.js';

/** What `choose` thought of one relay. */
export type Considered = { readonly relay: string } & (
  | { readonly outcome: 'chosen' | 'no-driver' }
  /** As good as the one chosen: only `key` decided. */
  | { readonly outcome: 'as-good' | 'busier'; readonly inFlight: number }
  /** `suspect` would do where no other is online; one that is `unavailable` takes no work. */
  | { readonly outcome: 'suspect' | 'unavailable'; readonly state: RelayState; readonly since: number }
  | { readonly outcome: 'no-match'; readonly fails: readonly string[] }
);

/** Every relay, with what `choose` made of it: the one chosen first, then those that might have been, then the others; each by name. */
export function considerRelays(
  need: Need,
  relays: readonly RelayView[],
  key: string,
): readonly Considered[] | BadSelector {
  const wanted = join(need.selectors);
  if ('kind' in wanted) return wanted;
  const failsOf = (relay: RelayView) =>
    wanted.filter(({ requirement }) => !meets(requirement, relay)).map(({ text }) => text);
  const able = relays.filter(
    (relay) => takesWork(relay) && driverFor(need.driver, relay) && failsOf(relay).length === 0,
  );
  const rank = rendezvous(key);
  const [best] = able.toSorted((a, b) => (comesBefore(a, b, rank) ? -1 : 1));
  return relays
    .map((relay) => (best && able.includes(relay) ? beside(best, relay) : without(relay, failsOf(relay))))
    .toSorted((a, b) => order.indexOf(a.outcome) - order.indexOf(b.outcome) || (a.relay < b.relay ? -1 : 1));
}

const order: readonly Considered['outcome'][] = [
  'chosen',
  'as-good',
  'busier',
  'suspect',
  'unavailable',
  'no-driver',
  'no-match',
];

/** What became of a relay that would do. */
function beside(best: RelayView, { name: relay, state, since, inFlight }: RelayView): Considered {
  if (relay === best.name) return { relay, outcome: 'chosen' };
  if (state !== best.state) return { relay, outcome: 'suspect', state, since };
  return { relay, outcome: inFlight > best.inFlight ? 'busier' : 'as-good', inFlight };
}

/** Why a relay will not do. What it lacks for good is told before what may pass. */
function without({ name: relay, state, since }: RelayView, fails: readonly string[]): Considered {
  if (fails.length > 0) return { relay, outcome: 'no-match', fails };
  if (state !== 'online' && state !== 'suspect') return { relay, outcome: 'unavailable', state, since };
  return { relay, outcome: 'no-driver' };
}
