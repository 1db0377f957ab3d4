import fc from 'fast-check';
import { expect, it } from 'vitest';
import { choose } from './choose.js';
import { previewRelays } from './preview.js';
import { relay } from './relay-view.fixture.js';
import type { Runnable } from './relay-view.js';

const fra = [{ selector: 'dc=fra', from: 'person' as const }];
const container: Runnable = { driver: 'container', platforms: ['linux/arm64'] };

it('tells of every relay whether it would take work, and why it would not', () => {
  const relays = [
    relay('ams-1', { tags: ['dc=ams'] }),
    relay('fra-1', { inFlight: 2 }),
    relay('fra-2'),
    relay('fra-3', { inFlight: 4 }),
    relay('fra-4', { state: 'suspect' }),
    relay('fra-5', { state: 'paused', since: 7, note: 'looking at its disk' }),
    relay('fra-6', { drivers: [] }),
  ];
  expect(previewRelays(fra, undefined, relays)).toEqual([
    { outcome: 'takes-work', relay: relays[2] },
    { outcome: 'takes-work', relay: relays[1] },
    { outcome: 'queues', relay: relays[3] },
    { outcome: 'only-suspect', relay: relays[4] },
    { outcome: 'unavailable', state: 'paused', since: 7, note: 'looking at its disk', relay: relays[5] },
    { outcome: 'no-driver', relay: relays[6] },
    { outcome: 'no-match', fails: ['dc=fra'], relay: relays[0] },
  ]);
});

it('looks at what a command needs, where one is asked about', () => {
  const relays = [
    relay('fra-1'),
    relay('fra-2', { drivers: ['docker'], platform: 'linux/amd64' }),
    relay('fra-3', { drivers: ['docker'], platform: 'linux/amd64', enginePlatforms: ['linux/arm64'] }),
  ];
  expect(previewRelays(fra, container, relays)).toMatchObject([
    { outcome: 'takes-work', relay: { name: 'fra-3' } },
    { outcome: 'no-driver', relay: { name: 'fra-1' } },
    { outcome: 'no-platform', platforms: ['linux/amd64'], relay: { name: 'fra-2' } },
  ]);
});

it('says which selector cannot be read', () => {
  expect(previewRelays([{ selector: 'dc=$', from: 'person' }], undefined, [])).toMatchObject({
    kind: 'bad-selector',
    text: 'dc=$',
  });
});

it('says that one would take work exactly where one is chosen', () => {
  const anyRelay = fc.record({
    tags: fc.subarray(['dc=fra', 'gpu']),
    state: fc.constantFrom('online' as const, 'suspect' as const, 'paused' as const, 'offline' as const),
    drivers: fc.subarray(['process', 'docker'] as const),
    inFlight: fc.nat({ max: 6 }),
    platform: fc.constantFrom('linux/amd64', 'linux/arm64'),
  });
  const taking: readonly string[] = ['takes-work', 'queues', 'only-suspect'];
  fc.assert(
    fc.property(fc.array(anyRelay), (views) => {
      const relays = views.map((view, index) => relay(`r-${index}`, view));
      const previewed = previewRelays(fra, container, relays);
      if ('kind' in previewed) throw new Error('the selector can be read');
      const able = previewed.filter(({ outcome }) => taking.includes(outcome));
      const choice = choose({ selectors: fra, ...container }, relays, 'key');
      expect(choice.kind).toBe(able.length > 0 ? 'chosen' : 'none');
      expect(previewed).toHaveLength(relays.length);
    }),
  );
});
