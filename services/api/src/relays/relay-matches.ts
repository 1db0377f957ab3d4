import type { RelayMatch, RelayMatches } from '@chasqui/contracts';
import {
  isSelectorFault,
  parseSelector,
  previewRelays,
  printSelector,
  type BadSelector,
  type Previewed,
  type RelayView,
  type Runnable,
  type SelectorFrom,
} from '@chasqui/relay-selection';

/** Which of these relays a selector means, and which of them would take work, for a command or for any. Pure. */
export function relayMatches(
  selectors: readonly SelectorFrom[],
  need: Runnable | undefined,
  relays: readonly RelayView[],
): RelayMatches | BadSelector {
  const previewed = previewRelays(selectors, need, relays);
  if ('kind' in previewed) return previewed;
  return { selector: joined(selectors), relays: previewed.map(told) };
}

function told({ relay, outcome, ...why }: Previewed): RelayMatch {
  const { name, tags, state, since, note, inFlight, slots } = relay;
  return {
    name,
    tags: [...tags],
    state,
    since: new Date(since).toISOString(),
    ...(note !== undefined && { note }),
    inFlight,
    slots,
    outcome,
    ...('fails' in why && { fails: [...why.fails] }),
    ...('platforms' in why && { platforms: [...why.platforms] }),
  };
}

/** All of them as one, in canonical form. */
function joined(selectors: readonly SelectorFrom[]): string {
  const requirements = selectors.flatMap(({ selector }) => {
    const read = typeof selector === 'string' ? parseSelector(selector) : selector;
    return isSelectorFault(read) ? [] : read.requirements;
  });
  return printSelector({ requirements });
}
