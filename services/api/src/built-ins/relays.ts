import type { Records } from '@chasqui/filters';
import type { Ask } from './built-in.js';

/** The relays as records. */
export function relayRecords({ known }: Ask): Records {
  const records = known.relays.map(({ name, tags, state, since, drivers, inFlight, slots }) => ({
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
