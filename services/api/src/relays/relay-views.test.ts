import { expect, it } from 'vitest';
import type { KnownRelay } from './relay-state.js';
import { RelayViews } from './relay-views.js';

const timing = {
  takeWithinMs: 0,
  startWithinMs: 0,
  commandTimeoutMs: 0,
  suspectAfterMs: 15_000,
  offlineAfterMs: 45_000,
};
const relay = (name: string, more: Partial<KnownRelay> = {}): KnownRelay => ({
  name,
  givenTags: [],
  tags: [],
  disabled: false,
  createdAt: 0,
  lastSeenAt: 100_000,
  onlineSince: 100_000,
  sentSince: 0,
  ...more,
});
const states = (views: RelayViews, relays: KnownRelay[], now: number) =>
  views.of(relays, now).map(({ name, state, since }) => `${name} ${state} ${since}`);

it('keeps the view of a relay of which nothing new is known', () => {
  const views = new RelayViews(timing);
  const relays = [relay('a'), relay('b')];
  const before = views.of(relays, 100_001);
  const after = views.of([relays[0]!, { ...relays[1]!, sentSince: 2 }], 100_002);
  expect(after[0]).toBe(before[0]);
  expect(after[1]).toMatchObject({ name: 'b', inFlight: 2 });
});

it('knows when a silence begins to count, whoever looks when, and if the clock is set back', () => {
  const views = new RelayViews(timing);
  const relays = [relay('a')];
  expect(states(views, relays, 114_999)).toEqual(['a online 100000']);
  expect(states(views, relays, 115_000)).toEqual(['a suspect 100000']);
  expect(states(views, relays, 144_999)).toEqual(['a suspect 100000']);
  expect(states(views, relays, 145_000)).toEqual(['a offline 100000']);
  expect(states(views, relays, 999_999)).toEqual(['a offline 100000']);
  expect(states(views, relays, 100_000)).toEqual(['a online 100000']);
});

it('has none of a revoked one, and is not confused where one comes or goes', () => {
  const views = new RelayViews(timing);
  const [a, b, c] = [relay('a'), relay('b', { revokedAt: 1 }), relay('c', { lastSeenAt: undefined })];
  expect(states(views, [a, b, c], 100_000)).toEqual(['a online 100000', 'c never-seen 0']);
  expect(states(views, [c], 100_000)).toEqual(['c never-seen 0']);
  expect(states(views, [a, relay('b'), c], 100_000)).toHaveLength(3);
});
