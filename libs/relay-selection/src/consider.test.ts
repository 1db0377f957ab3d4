import fc from 'fast-check';
import { expect, it } from 'vitest';
import { choose, type Need } from './choose.js';
import { considerRelays } from './consider.js';
import { relay } from './relay-view.fixture.js';

const need: Need = {
  selectors: [
    { selector: 'dc in (fra,ams)', from: 'bundle' },
    { selector: 'dc=fra', from: 'person' },
  ],
  driver: 'process',
};

it('tells of every relay why it was taken or not', () => {
  const relays = [
    relay('fra-1', { inFlight: 2 }),
    relay('fra-2'),
    relay('fra-3', { state: 'suspect', since: 5 }),
    relay('fra-4', { state: 'draining', since: 7, note: 'kernel update' }),
    relay('fra-5', { drivers: ['docker'] }),
    relay('ams-1', { tags: ['dc=ams'] }),
    relay('lab-1', { tags: [], state: 'offline' }),
  ];
  expect(considerRelays(need, relays, 'k')).toEqual([
    { relay: 'fra-2', outcome: 'chosen' },
    { relay: 'fra-1', outcome: 'busier', inFlight: 2 },
    { relay: 'fra-3', outcome: 'suspect', state: 'suspect', since: 5 },
    { relay: 'fra-4', outcome: 'unavailable', state: 'draining', since: 7, note: 'kernel update' },
    { relay: 'fra-5', outcome: 'no-driver' },
    { relay: 'ams-1', outcome: 'no-match', fails: ['dc=fra'] },
    { relay: 'lab-1', outcome: 'no-match', fails: ['dc in (ams,fra)', 'dc=fra'] },
  ]);
});

it('says which have no free slot, and which run another platform', () => {
  const relays = [
    relay('fra-1'),
    relay('fra-2', { inFlight: 4 }),
    relay('fra-3', { platform: 'linux/amd64' }),
  ];
  const fits = relays.map((one) => ({ platform: 'linux/arm64', ...one }));
  expect(considerRelays({ ...need, platforms: ['linux/arm64'] }, fits, 'k')).toEqual([
    { relay: 'fra-1', outcome: 'chosen' },
    { relay: 'fra-2', outcome: 'busier', inFlight: 4, full: true },
    { relay: 'fra-3', outcome: 'no-platform', platforms: ['linux/amd64'] },
  ]);
});

it('says which would have done as well', () => {
  const considered = considerRelays(need, [relay('fra-1'), relay('fra-2')], 'k');
  expect(considered).toMatchObject([{ outcome: 'chosen' }, { outcome: 'as-good', inFlight: 0 }]);
});

it('says which selector cannot be read, as the choice does', () => {
  const bad: Need = { selectors: [{ selector: 'dc=$', from: 'person' }], driver: 'process' };
  expect(considerRelays(bad, [], 'k')).toEqual(choose(bad, [], 'k'));
});

it('calls that one chosen which is chosen, whatever relays there are', () => {
  const anyRelay = fc.record({
    tags: fc.subarray(['dc=fra', 'dc=ams', 'gpu']),
    state: fc.constantFrom('online' as const, 'suspect' as const, 'offline' as const, 'draining' as const),
    drivers: fc.subarray(['process', 'docker'] as const),
    inFlight: fc.nat({ max: 2 }),
  });
  fc.assert(
    fc.property(fc.array(anyRelay), fc.string(), (views, key) => {
      const relays = views.map((view, index) => relay(`r-${index}`, view));
      const choice = choose(need, relays, key);
      const considered = considerRelays(need, relays, key);
      if ('kind' in considered) throw new Error('the selectors can be read');
      const chosen = considered.filter(({ outcome }) => outcome === 'chosen').map((one) => one.relay);
      expect(chosen).toEqual(choice.kind === 'chosen' ? [choice.relay] : []);
      expect(considered).toHaveLength(relays.length);
    }),
  );
});
