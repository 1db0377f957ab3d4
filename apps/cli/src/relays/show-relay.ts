import type { Relay } from './relay-shapes.js';
import { ago } from '../terminal/ago.js';
import { fields, table } from '../terminal/table.js';
import { tokenInUse } from './tokens.js';

/** From how far off a relay's clock is worth a word, in milliseconds. */
const clockOffMs = 2_000;

/** The relays, one a line, and below what an operator should look at. `now` in milliseconds since the epoch. */
export function relayTable(relays: readonly Relay[], now: number): string {
  const noted = relays.some((relay) => noteOf(relay) !== undefined);
  const rows = relays.map((relay) => [
    relay.name,
    relay.state,
    ago(relay.since, now),
    relay.tags.join(' '),
    relay.drivers.join(' '),
    `${relay.inFlight}/${relay.slots}`,
    ...(noted ? [noteOf(relay)] : []),
  ]);
  const columns = ['relay', 'state', 'since', 'tags', 'drivers', 'running', ...(noted ? ['note'] : [])];
  return [table(columns, rows), ...relays.flatMap(warnings)].join('\n');
}

/** All about one. */
export function relayFields(relay: Relay, now: number): string {
  const { drain, pause } = relay;
  return fields({
    relay: relay.name,
    state: `${relay.state} since ${relay.since}`,
    drain: drain && `since ${drain.since}${drain.emptySince ? `, empty since ${drain.emptySince}` : ''}`,
    pause: pause && `since ${pause.since}`,
    note: noteOf(relay),
    'last seen': relay.lastSeenAt,
    tags: relay.tags.join(', ') || 'none',
    'tags refused':
      relay.refusedTags && `${relay.refusedTags.join(', ')} (protected, and only said by the relay itself)`,
    drivers: relay.drivers.join(', ') || 'none',
    running: `${relay.inFlight} of ${relay.slots}`,
    'not finished': relay.unfinished || undefined,
    version: relay.version,
    started: relay.startedAt,
    platform: relay.platform,
    'runs images for': relay.enginePlatforms?.join(', '),
    clock: relay.clockOffsetMs === undefined ? undefined : clockWords(relay.clockOffsetMs),
    images: relay.images?.join(', '),
    // An API of before tells of none.
    token: relay.tokens && tokenInUse(relay.tokens, now),
    'wrong token': relay.rejectedAt && `somebody used one at ${relay.rejectedAt}`,
  });
}

function noteOf({ drain, pause }: Relay): string | undefined {
  return drain ? drain.note : pause?.note;
}

function warnings({ name, clockOffsetMs = 0, refusedTags }: Relay): string[] {
  return [
    ...(Math.abs(clockOffsetMs) > clockOffMs ? [`${name}: its clock is ${clockWords(clockOffsetMs)}`] : []),
    ...(refusedTags
      ? [`${name}: says ${refusedTags.join(', ')} of itself, which does not count: protected`]
      : []),
  ];
}

/** `3.2 s ahead`; with a warning where that is much. */
function clockWords(offsetMs: number): string {
  const seconds = Math.abs(offsetMs / 1000).toFixed(1);
  const off = Math.abs(offsetMs) > clockOffMs ? '; set it by a time server' : '';
  return `${seconds} s ${offsetMs < 0 ? 'behind' : 'ahead'}${off}`;
}
