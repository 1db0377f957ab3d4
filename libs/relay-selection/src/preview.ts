import { canRun, compareLoad } from './choose.js';
import { whyNot, type WhyNot } from './consider.js';
import { meets } from './matches.js';
import { isFull, takesWork, type RelayView, type Runnable } from './relay-view.js';
import { join, type BadSelector, type SelectorFrom } from './wanted.js';

/** What would become of work that a relay were to be chosen for: it would start there, wait there for a free slot, or not go there. */
export type Previewed =
  | { readonly outcome: 'takes-work' | 'queues' | 'only-suspect'; readonly relay: RelayView }
  | (WhyNot & { readonly relay: RelayView });

/**
 * Every relay and whether it would do: those that would first, the one with the least to do before the others, and those that do not match
 * last. Without `need` nothing is asked but that it can run something.
 */
export function previewRelays(
  selectors: readonly SelectorFrom[],
  need: Runnable | undefined,
  relays: readonly RelayView[],
): readonly Previewed[] | BadSelector {
  const wanted = join(selectors);
  if ('kind' in wanted) return wanted;
  const previewed = relays.map((relay): Previewed => {
    const fails = wanted.filter(({ requirement }) => !meets(requirement, relay)).map(({ text }) => text);
    const able = need ? canRun(need, relay) : relay.drivers.length > 0;
    if (fails.length > 0 || !takesWork(relay) || !able) return { ...whyNot(need, relay, fails), relay };
    if (relay.state === 'suspect') return { outcome: 'only-suspect', relay };
    return { outcome: isFull(relay) ? 'queues' : 'takes-work', relay };
  });
  return previewed.toSorted(
    (a, b) =>
      order.indexOf(a.outcome) - order.indexOf(b.outcome) ||
      (isTaken(a) ? compareLoad(a.relay, b.relay) : 0) ||
      (a.relay.name < b.relay.name ? -1 : 1),
  );
}

const order: readonly Previewed['outcome'][] = [
  'takes-work',
  'queues',
  'only-suspect',
  'unavailable',
  'no-driver',
  'no-platform',
  'no-match',
];

function isTaken({ outcome }: Previewed): boolean {
  return outcome === 'takes-work' || outcome === 'queues';
}
