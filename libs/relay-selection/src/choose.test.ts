import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { choose, type Choice, type Need } from './choose.js';
import { parseSelector } from './parse-selector.js';
import type { RelayView } from './relay-view.js';
import type { Selector } from './selector.js';

describe('choose', () => {
  it('takes the one relay that all selectors match, and says by what', () => {
    const relays = [
      relay('fra-1', ['dc=fra']),
      relay('fra-2', ['dc=fra', 'gpu']),
      relay('ams-1', ['dc=ams', 'gpu']),
    ];
    expect(chosenBy({ bundle: 'gpu', person: 'dc=fra' }, relays)).toEqual({
      kind: 'chosen',
      relay: 'fra-2',
      driver: 'process',
      selector: 'dc=fra,gpu',
    });
  });

  it('takes selectors already parsed', () => {
    const need: Need = {
      selectors: [{ selector: parseSelector('gpu') as Selector, from: 'bundle' }],
      driver: 'process',
    };
    expect(choose(need, [relay('a', []), relay('b', ['gpu'])], 'k')).toMatchObject({
      relay: 'b',
      selector: 'gpu',
    });
  });

  it('takes any relay if nobody asks for one', () => {
    expect(chosenBy({}, [relay('a')])).toMatchObject({ kind: 'chosen', relay: 'a', selector: '' });
  });

  it('takes the one with the fewest executions in flight', () => {
    const relays = [
      relay('a', [], { inFlight: 2 }),
      relay('b', [], { inFlight: 1 }),
      relay('c', [], { inFlight: 3 }),
    ];
    expect(chosenBy({}, relays)).toMatchObject({ relay: 'b' });
  });

  it('takes a suspect relay only if none is online', () => {
    const suspect = relay('a', [], { state: 'suspect' });
    expect(chosenBy({}, [suspect, relay('b', [], { inFlight: 99 })])).toMatchObject({ relay: 'b' });
    expect(chosenBy({}, [suspect])).toMatchObject({ relay: 'a' });
  });

  it('takes one with a free slot before one that is full, however little that one has', () => {
    const full = relay('a', [], { inFlight: 1, slots: 1 });
    expect(chosenBy({}, [full, relay('b', [], { inFlight: 6, slots: 8 })])).toMatchObject({ relay: 'b' });
  });

  it('still queues where all are full, at the one where a turn comes soonest', () => {
    const small = relay('a', [], { inFlight: 2, slots: 1 });
    expect(chosenBy({}, [small, relay('b', [], { inFlight: 10, slots: 8 })])).toMatchObject({ relay: 'b' });
    expect(chosenBy({}, [small, relay('b', [], { inFlight: 24, slots: 8 })])).toMatchObject({ relay: 'a' });
  });

  it('runs what is made for a platform only where that is run', () => {
    const on = (platforms: readonly string[], one: Partial<RelayView>) =>
      choose(
        { selectors: [], driver: 'container', platforms },
        [relay('a', [], { drivers: ['docker'], ...one })],
        'k',
      ).kind;
    expect(on(['linux/arm64'], { platform: 'linux/arm64' })).toBe('chosen');
    expect(on(['linux/arm64'], { platform: 'linux/amd64' })).toBe('none');
    expect(on(['linux/arm64', 'linux/amd64'], { platform: 'linux/amd64' })).toBe('chosen');
    // The engine of a Mac runs images of Linux.
    expect(on(['linux/arm64'], { platform: 'darwin/arm64', enginePlatforms: ['linux/arm64'] })).toBe(
      'chosen',
    );
    expect(on(['linux/arm64'], {})).toBe('none');
    expect(on([], {})).toBe('chosen');
  });

  it.each(['offline', 'never-seen', 'draining', 'paused', 'disabled'] as const)(
    'takes none that is %s',
    (state) => {
      expect(chosenBy({}, [relay('a', [], { state })]).kind).toBe('none');
    },
  );

  it.each([
    ['process', ['docker', 'process'], 'process'],
    ['container', ['process', 'docker'], 'docker'],
    ['container', ['kubernetes', 'docker'], 'kubernetes'],
    ['container', ['process'], undefined],
    ['process', ['docker', 'kubernetes'], undefined],
  ] as const)('runs a %s command on %j by %s', (driver, drivers, by) => {
    const choice = choose({ selectors: [], driver }, [relay('a', [], { drivers })], 'k');
    expect(choice.kind === 'chosen' ? choice.driver : undefined).toBe(by);
  });

  it('shares the work of equal relays, whatever order they come in', () => {
    const relays = Array.from({ length: 4 }, (_, index) => relay(`fra-${index + 1}`));
    const counts = new Map<string, number>();
    for (let run = 0; run < 4000; run++) {
      const choice = choose({ selectors: [], driver: 'process' }, relays, `execution-${run}`);
      expect(choose({ selectors: [], driver: 'process' }, relays.toReversed(), `execution-${run}`)).toEqual(
        choice,
      );
      if (choice.kind === 'chosen') counts.set(choice.relay, (counts.get(choice.relay) ?? 0) + 1);
    }
    expect([...counts.values()].every((count) => count > 850 && count < 1150)).toBe(true);
  });

  it('moves only the keys of a relay that goes', () => {
    const relays = ['a', 'b', 'c'].map((name) => relay(name));
    fc.assert(
      fc.property(fc.string(), (key) => {
        const before = choose({ selectors: [], driver: 'process' }, relays, key);
        const after = choose({ selectors: [], driver: 'process' }, relays.slice(0, 2), key);
        if (before.kind === 'chosen' && before.relay !== 'c') expect(after).toEqual(before);
      }),
    );
  });

  it('says which selector cannot be read, and whose it is', () => {
    expect(chosenBy({ bundle: 'gpu', person: 'dc=' + '$' }, [])).toEqual({
      kind: 'bad-selector',
      from: 'person',
      text: 'dc=$',
      fault: { kind: 'selector-fault', position: 3, length: 1, expected: 'a value' },
    });
  });
});

describe('no relay', () => {
  it('is explained by what operators said, and by platforms', () => {
    const docker = { drivers: ['docker'], platform: 'linux/amd64' } as const;
    const relays = [
      relay('fra-1', [], { ...docker, state: 'draining', since: 7, note: 'kernel update until 14:00' }),
      relay('fra-2', [], docker),
      relay('fra-3', []),
    ];
    const need: Need = { selectors: [], driver: 'container', platforms: ['linux/arm64'] };
    expect(choose(need, relays, 'k')).toMatchObject({
      facts: {
        platforms: ['linux/arm64'],
        otherPlatform: [{ relay: 'fra-2', platforms: ['linux/amd64'] }],
        lackingDriver: [{ relay: 'fra-3' }],
        unavailable: [],
      },
    });
    expect(choose({ selectors: [], driver: 'container' }, relays.slice(0, 1), 'k')).toMatchObject({
      facts: {
        unavailable: [{ relay: 'fra-1', state: 'draining', since: 7, note: 'kernel update until 14:00' }],
      },
    });
  });

  it('is explained by what is nearest', () => {
    const relays = [
      relay('fra-1', ['dc=fra']),
      relay('fra-2', ['dc=fra'], { state: 'suspect' }),
      relay('fra-3', ['dc=fra', 'gpu'], { state: 'offline', since: 1203 }),
      relay('fra-4', ['dc=fra', 'gpu'], { state: 'draining', since: 1300 }),
      relay('fra-5', ['dc=fra', 'gpu'], { drivers: ['docker'] }),
      relay('ams-1', ['dc=ams', 'gpu']),
      relay('lab-1', []),
    ];
    expect(chosenBy({ command: 'gpu', person: 'dc=fra', channel: 'gpu' }, relays)).toEqual({
      kind: 'none',
      selector: 'dc=fra,gpu',
      facts: {
        relays: 7,
        driver: 'process',
        requirements: [
          { text: 'gpu', from: ['command', 'channel'], matching: 4, online: 2 },
          { text: 'dc=fra', from: ['person'], matching: 5, online: 3 },
        ],
        nearMisses: [
          { relay: 'ams-1', fails: 'dc=fra' },
          { relay: 'fra-1', fails: 'gpu' },
          { relay: 'fra-2', fails: 'gpu' },
        ],
        unavailable: [
          { relay: 'fra-4', state: 'draining', since: 1300 },
          { relay: 'fra-3', state: 'offline', since: 1203 },
        ],
        lackingDriver: [{ relay: 'fra-5', drivers: ['docker'] }],
      },
    });
  });

  it('says so when there is none at all', () => {
    const choice = chosenBy({ person: 'gpu' }, []);
    expect(choice).toMatchObject({
      facts: { relays: 0, requirements: [{ text: 'gpu', matching: 0, online: 0 }] },
    });
  });

  it('names one that was created and never seen', () => {
    const created = relay('new', [], { state: 'never-seen', drivers: [], since: 5 });
    expect(chosenBy({}, [created])).toMatchObject({
      facts: { unavailable: [{ relay: 'new', state: 'never-seen', since: 5 }] },
    });
  });

  it('names five of each at most', () => {
    const relays = Array.from({ length: 20 }, (_, index) => relay(`r-${index}`));
    const choice = chosenBy({ person: 'gpu' }, relays);
    expect(choice.kind === 'none' && choice.facts.nearMisses).toHaveLength(5);
  });
});

it('chooses a relay exactly if one takes work, fits and matches', () => {
  const anyRelay = fc.record({
    tags: fc.subarray(['a', 'b', 'a=x', 'b=y']),
    state: fc.constantFrom('online' as const, 'suspect' as const, 'offline' as const, 'draining' as const),
    drivers: fc.subarray(['process', 'docker'] as const),
    inFlight: fc.nat({ max: 3 }),
  });
  fc.assert(
    fc.property(fc.array(anyRelay), fc.constantFrom('', 'a', 'a=x,!b', 'b in (y,z)'), (views, selector) => {
      const relays = views.map(({ tags, ...rest }, index) => relay(`r-${index}`, tags, rest));
      const choice = chosenBy({ person: selector }, relays);
      const able = relays.filter(
        (one) => ['online', 'suspect'].includes(one.state) && one.drivers.includes('process'),
      );
      const fitting = able.filter((one) => chosenBy({ person: selector }, [one]).kind === 'chosen');
      expect(choice.kind).toBe(fitting.length > 0 ? 'chosen' : 'none');
      if (choice.kind === 'chosen') expect(fitting.map((one) => one.name)).toContain(choice.relay);
    }),
  );
});

function relay(name: string, tags: readonly string[] = [], more: Partial<RelayView> = {}): RelayView {
  return { name, tags, state: 'online', since: 0, drivers: ['process'], inFlight: 0, slots: 4, ...more };
}

function chosenBy(
  selectors: Partial<Record<'bundle' | 'command' | 'person' | 'channel', string>>,
  relays: RelayView[],
): Choice {
  const from = Object.entries(selectors) as ['bundle' | 'command' | 'person' | 'channel', string][];
  return choose(
    { selectors: from.map(([who, selector]) => ({ selector, from: who })), driver: 'process' },
    relays,
    'key',
  );
}
