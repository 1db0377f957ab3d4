import { rendered, type Rendered } from './rendered.js';
import { noRelays } from './wording/help.js';
import { standingWords } from './wording/relay-match.js';

/** The relays as a table: name, tags, state and since when, what runs there. `since` and `now` in milliseconds since the epoch. */
export function renderRelays(
  relays: readonly {
    readonly name: string;
    readonly tags: readonly string[];
    readonly state: string;
    readonly since: number;
    /** What its operator said when draining or pausing it. */
    readonly note?: string;
    readonly drivers: readonly string[];
    readonly inFlight: number;
    readonly slots: number;
  }[],
  now: number,
): Rendered {
  if (relays.length === 0) return rendered('succeeded', [{ kind: 'text', text: noRelays }]);
  const rows = relays.map((relay) => [
    relay.name,
    relay.tags.join(','),
    standingWords(relay, now),
    relay.drivers.join(','),
    `${relay.inFlight} of ${relay.slots}`,
  ]);
  return rendered('succeeded', [
    { kind: 'table', columns: ['name', 'tags', 'state', 'drivers', 'at work'], rows },
  ]);
}
