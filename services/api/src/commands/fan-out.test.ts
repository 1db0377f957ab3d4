import { takePlacement, parseLine, type OnEach } from '@chasqui/command-language';
import { isRefusal } from '@chasqui/contracts';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { failuresAllowed, waveOf, waveSizes } from './fan-out.js';

it.each<[string, number, number[]]>([
  ['--waves 1,25%,100%', 8, [1, 2, 5]],
  ['--waves 1,25%,100%', 1, [1]],
  ['--waves 1', 3, [1, 1, 1]],
  ['--waves 25%', 8, [2, 2, 2, 2]],
  ['--waves 25%', 9, [3, 3, 3]],
  ['--waves 1%', 3, [1, 1, 1]],
  ['--waves 2,100', 5, [2, 3]],
  ['', 5, [5]],
])('%s of %i relays are waves of %j', (options, targets, waves) =>
  expect(waveSizes(eachOf(options).waves?.sizes, targets)).toEqual(waves),
);

it.each<[string, number, number]>([
  ['', 5, 5],
  ['--waves 1', 5, 0],
  ['--waves 1 --max-failures 2', 5, 2],
  ['--waves 1 --max-failures 10%', 5, 0],
  ['--waves 1 --max-failures 10%', 19, 1],
])('with %s of %i relays so many may fail: %i', (options, targets, allowed) =>
  expect(failuresAllowed(eachOf(options), targets)).toBe(allowed),
);

it('puts every target in one wave, in their order', () => {
  const size = fc.oneof(
    fc.record({ count: fc.integer({ min: 1, max: 50 }) }),
    fc.record({ percent: fc.integer({ min: 1, max: 100 }) }),
  );
  fc.assert(
    fc.property(fc.array(size, { minLength: 1 }), fc.integer({ min: 1, max: 300 }), (sizes, targets) => {
      const waves = waveSizes(sizes, targets);
      expect(waves.reduce((sum, one) => sum + one, 0)).toBe(targets);
      expect(Math.min(...waves)).toBeGreaterThan(0);
      const ofEach = Array.from({ length: targets }, (_, item) => waveOf({ waves }, item));
      expect(ofEach).toEqual(waves.flatMap((count, wave) => Array<number>(count).fill(wave)));
    }),
  );
});

function eachOf(options: string): OnEach {
  const line = parseLine(`c --on-each a ${options}`);
  const taken = isRefusal(line) ? line : takePlacement(line.stages[0]!.words);
  if (isRefusal(taken)) throw new Error(JSON.stringify(taken));
  return taken.placement.each!;
}
