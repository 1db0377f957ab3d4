import type { Records } from '@chasqui/filters';
import { refusal, type RelayMatches, type Refusal } from '@chasqui/contracts';
import { renderRelayMatches, renderRelays, type Rendered } from '@chasqui/replies';
import type { BadSelector, RelayView } from '@chasqui/relay-selection';
import { protectionRefusal } from '../commands/relay-limits.js';
import { holdsOn } from '../people/scoped-permission.js';
import { relayMatches } from '../relays/relay-matches.js';
import type { Ask } from './built-in.js';

/** The relays as they are shown; with a selector, which of them match it and would take work. */
export function relays(ask: Ask): Rendered | Refusal {
  if (ask.words.length === 0) return renderRelays(toldRelays(ask), ask.known.now);
  const matches = matchesOf(ask);
  return 'kind' in matches ? unreadable(matches) : renderRelayMatches(matches, ask.known.now);
}

/** The relays as records; with a selector only those that match it. */
export function relayRecords(ask: Ask): Records | Refusal {
  const matches = matchesOf(ask);
  if ('kind' in matches) return unreadable(matches);
  const outcomes = new Map(matches.relays.map(({ name, outcome }) => [name, outcome]));
  const matching = toldRelays(ask).filter(({ name }) => outcomes.get(name) !== 'no-match');
  const records = matching.map(({ name, tags, state, since, note, drivers, inFlight, slots }) => ({
    name,
    tags: [...tags],
    state,
    since: new Date(since).toISOString(),
    ...(note !== undefined && { note }),
    drivers: [...drivers],
    inFlight,
    slots,
    takesWork: ['takes-work', 'queues'].includes(outcomes.get(name)!),
  }));
  return { records, view: { kind: 'auto' } };
}

/** A selector may have blanks in it, so that it comes as several words. */
function matchesOf(ask: Ask): RelayMatches | BadSelector {
  return relayMatches([{ from: 'person', selector: ask.words.join(' ') }], undefined, toldRelays(ask));
}

function unreadable({ fault, text, from }: BadSelector): Refusal {
  return refusal('bad-selector', { ...fault, text, from });
}

/** All but those that are protected from whoever asks, unless they may look at relays over the API as well. */
function toldRelays({ asker, known }: Ask): readonly RelayView[] {
  return known.relays.filter(
    (relay) =>
      !protectionRefusal('relays', relay, known.policy.protections, asker) ||
      holdsOn(asker, 'chasqui:read-relays', {
        of: 'relay',
        what: relay.name,
        tags: relay.givenTags ?? relay.tags,
      }),
  );
}
