import { expect, it } from 'vitest';
import type { Timing } from '../config.js';
import { standingOf, type KnownRelay } from './relay-state.js';

const timing = { suspectAfterMs: 15_000, offlineAfterMs: 45_000 } as Timing;
const now = 1_000_000;
const heard: KnownRelay = {
  name: 'fra-1',
  givenTags: [],
  tags: [],
  disabled: false,
  createdAt: 1_000,
  lastSeenAt: now,
  onlineSince: 5_000,
  sentSince: 0,
};
const drain = { at: 7_000, note: 'kernel update' };
const pause = { at: 8_000, note: 'looking at it' };
const stopping = { heartbeat: { draining: true } as KnownRelay['heartbeat'], stoppingSince: 9_000 };

it.each<[string, Partial<KnownRelay>, ReturnType<typeof standingOf>]>([
  ['was heard just now', {}, { state: 'online', since: 5_000 }],
  ['was never heard', { lastSeenAt: undefined }, { state: 'never-seen', since: 1_000 }],
  ['was silent for 14.999 s', { lastSeenAt: now - 14_999 }, { state: 'online', since: 5_000 }],
  ['was silent for 15 s', { lastSeenAt: now - 15_000 }, { state: 'suspect', since: now - 15_000 }],
  ['was silent for 45 s', { lastSeenAt: now - 45_000 }, { state: 'offline', since: now - 45_000 }],
  ['is stopping', stopping, { state: 'draining', since: 9_000 }],
  ['is drained', { drain }, { state: 'draining', since: 7_000, note: 'kernel update' }],
  ['is paused', { pause }, { state: 'paused', since: 8_000, note: 'looking at it' }],
  ['is paused and drained', { pause, drain }, { state: 'draining', since: 7_000, note: 'kernel update' }],
  [
    'is paused, and drained without a word',
    { pause, drain: { at: 7_000 } },
    { state: 'draining', since: 7_000 },
  ],
  [
    'is drained, and was silent for 20 s',
    { drain, lastSeenAt: now - 20_000 },
    { state: 'draining', since: 7_000, note: 'kernel update' },
  ],
  [
    'is drained, and went away',
    { drain, lastSeenAt: now - 60_000 },
    { state: 'offline', since: now - 60_000, note: 'kernel update' },
  ],
  [
    'is disabled, whatever else',
    { disabled: true, disabledAt: 6_000, drain, lastSeenAt: undefined },
    { state: 'disabled', since: 6_000, note: 'kernel update' },
  ],
])('a relay that %s', (_title, more, standing) => {
  expect(standingOf({ ...heard, ...more }, timing, now)).toEqual(standing);
});
