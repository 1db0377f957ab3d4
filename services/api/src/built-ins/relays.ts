import type { Records } from '@chasqui/filters';
import { renderRelays, type Rendered } from '@chasqui/replies';
import type { RelayView } from '@chasqui/relay-selection';
import { protectionRefusal } from '../commands/relay-limits.js';
import { holdsOn } from '../people/scoped-permission.js';
import type { Ask } from './built-in.js';

/** The relays as they are shown. */
export function relays(ask: Ask): Rendered {
  return renderRelays(toldRelays(ask), ask.known.now);
}

/** The relays as records. */
export function relayRecords(ask: Ask): Records {
  const records = toldRelays(ask).map(({ name, tags, state, since, drivers, inFlight, slots }) => ({
    name,
    tags: [...tags],
    state,
    since: new Date(since).toISOString(),
    drivers: [...drivers],
    inFlight,
    slots,
  }));
  return { records, view: { kind: 'auto' } };
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
