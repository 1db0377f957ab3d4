import { canRun, comesBefore, compareLoad, type Need } from './choose.js';
import { meets } from './matches.js';
import { rendezvous } from './rendezvous.js';
import {
  driverFor,
  isFull,
  platformsOf,
  takesWork,
  type RelayState,
  type RelayView,
  type Runnable,
} from './relay-view.js';
import { join, type BadSelector } from './wanted.js';

/** What `choose` thought of one relay. */
export type Considered = { readonly relay: string } & (
  | { readonly outcome: 'chosen' }
  /** As good as the one chosen: only `key` decided. */
  | { readonly outcome: 'as-good' | 'busier'; readonly inFlight: number; readonly full?: true }
  /** It would do where no other is online. */
  | { readonly outcome: 'suspect'; readonly state: RelayState; readonly since: number }
  | WhyNot
);

/** Why a relay will not do. */
export type WhyNot =
  | {
      readonly outcome: 'unavailable';
      readonly state: RelayState;
      readonly since: number;
      /** What its operator said when draining or pausing it. */
      readonly note?: string;
    }
  | { readonly outcome: 'no-driver' }
  /** It runs none of the platforms that the command is made for. */
  | { readonly outcome: 'no-platform'; readonly platforms: readonly string[] }
  | { readonly outcome: 'no-match'; readonly fails: readonly string[] };

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
    (relay) => takesWork(relay) && canRun(need, relay) && failsOf(relay).length === 0,
  );
  const rank = rendezvous(key);
  const [best] = able.toSorted((a, b) => (comesBefore(a, b, rank) ? -1 : 1));
  return relays
    .map((relay) =>
      best && able.includes(relay)
        ? beside(best, relay)
        : { relay: relay.name, ...whyNot(need, relay, failsOf(relay)) },
    )
    .toSorted((a, b) => order.indexOf(a.outcome) - order.indexOf(b.outcome) || (a.relay < b.relay ? -1 : 1));
}

const order: readonly Considered['outcome'][] = [
  'chosen',
  'as-good',
  'busier',
  'suspect',
  'unavailable',
  'no-driver',
  'no-platform',
  'no-match',
];

/** What became of a relay that would do. */
function beside(best: RelayView, one: RelayView): Considered {
  const { name: relay, state, since, inFlight } = one;
  if (relay === best.name) return { relay, outcome: 'chosen' };
  if (state !== best.state) return { relay, outcome: 'suspect', state, since };
  const outcome = compareLoad(best, one) < 0 ? 'busier' : 'as-good';
  return { relay, outcome, inFlight, ...(isFull(one) && { full: true }) };
}

/** Why a relay will not do. What it lacks for good is told before what may pass. */
export function whyNot(need: Runnable | undefined, relay: RelayView, fails: readonly string[]): WhyNot {
  const { state, since, note } = relay;
  if (fails.length > 0) return { outcome: 'no-match', fails };
  if (!takesWork(relay)) return { outcome: 'unavailable', state, since, ...(note && { note }) };
  if (need && driverFor(need.driver, relay))
    return { outcome: 'no-platform', platforms: platformsOf(need.driver, relay) };
  return { outcome: 'no-driver' };
}
