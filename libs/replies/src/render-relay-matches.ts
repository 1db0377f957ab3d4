import type { RelayMatch, RelayMatches } from '@chasqui/contracts';
import { rendered, type Rendered } from './rendered.js';
import { count } from './wording/amounts.js';
import { noRelays } from './wording/help.js';
import { matchWords, standingWords } from './wording/relay-match.js';

/** How many relays are shown that do not match: of those that lack least. */
const othersShown = 10;

/** Which relays a selector means, which of them would take work, and why the others would not. `now` in milliseconds since the epoch. */
export function renderRelayMatches({ selector, command, relays }: RelayMatches, now: number): Rendered {
  if (relays.length === 0) return rendered('succeeded', [{ kind: 'text', text: noRelays }]);
  const matching = relays.filter(({ outcome }) => outcome !== 'no-match');
  const others = relays
    .filter(({ outcome }) => outcome === 'no-match')
    .toSorted((a, b) => (a.fails?.length ?? 0) - (b.fails?.length ?? 0));
  const shown = [...matching, ...others.slice(0, othersShown)];
  const able = matching.filter(({ outcome }) => takers.has(outcome)).length;
  const what = [selector && ` with ${selector}`, command && ` for ${command}`].filter(Boolean).join('');
  const head = `${count(matching.length, 'relay')} of ${relays.length}${what}; ${able} would take work`;
  const more = Math.max(0, others.length - othersShown);
  return rendered('succeeded', [
    { kind: 'text', text: head },
    {
      kind: 'table',
      columns: ['name', 'tags', 'state', 'at work', 'takes work'],
      rows: shown.map((relay) => row(relay, now)),
    },
    ...(more > 0
      ? [{ kind: 'text' as const, text: `and ${count(more, 'relay')} more that do not match` }]
      : []),
  ]);
}

const takers: ReadonlySet<RelayMatch['outcome']> = new Set(['takes-work', 'queues', 'only-suspect']);

function row(relay: RelayMatch, now: number): string[] {
  return [
    relay.name,
    relay.tags.join(','),
    standingWords({ ...relay, since: Date.parse(relay.since), note: undefined }, now),
    `${relay.inFlight} of ${relay.slots}`,
    matchWords(relay, now),
  ];
}
