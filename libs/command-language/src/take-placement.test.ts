import { isRefusal } from '@chasqui/contracts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseLine } from './parse-line.js';
import { printLine } from './print-line.js';
import { quoteWord } from './quote-word.js';
import { takePlacement, type Placement } from './take-placement.js';

describe('what is Chasqui’s own', () => {
  it('is taken out, wherever it stands before a bare --', () => {
    const text = `a --on-each 'dc in (fra)' b --waves=1,25%,100% --max-failures 10% c --pause 30s -- --wait 1m`;
    const { placement, kept } = taken(text);
    expect(kept).toEqual(['a', 'b', 'c', '--', '--wait', '1m']);
    const { each } = placement;
    expect(each).toMatchObject({
      selector: { text: 'dc in (fra)' },
      waves: { sizes: [{ count: 1 }, { percent: 25 }, { percent: 100 }] },
      maxFailures: { most: { percent: 10 } },
      pause: { ms: 30_000 },
    });
    expect(text.slice(each!.selector.start, each!.selector.end)).toBe('dc in (fra)');
    expect(text.slice(each!.waves!.start, each!.waves!.end)).toBe('1,25%,100%');
  });

  it.each<[string, Placement, string[]]>([
    ['x --wait 10m', { wait: { text: '10m', start: 9, end: 12, ms: 600_000 } }, ['x']],
    [`x '--wait' 10m`, {}, ['x', '--wait', '10m']],
    ['x --waiting --pauses 3', {}, ['x', '--waiting', '--pauses', '3']],
    ['x --on dc=fra', { on: { text: 'dc=fra', start: 7, end: 13 } }, ['x']],
  ])('%s', (text, placement, kept) => expect(taken(text)).toEqual({ placement, kept }));

  it('stays the command’s own where it declares it, but for --on', () => {
    const { placement, kept } = taken('--pause 3 --on dc=fra --waves', new Set(['pause', 'waves', 'on']));
    expect(kept).toEqual(['--pause', '3', '--waves']);
    expect(placement.on?.text).toBe('dc=fra');
  });
});

it.each([
  ['--on-each', 'missing-selector', 0],
  ['--on-each --waves 1', 'missing-selector', 0],
  ['--on-each dc in (fra)', 'unquoted-selector', 10],
  ['--on-each $dc', 'variable-in-selector', 10],
  ['--on-each a --on-each b', 'repeated-on', 12],
  ['--on-each a --on b', 'on-and-on-each', 12],
  ['--on a --on-each b', 'on-and-on-each', 7],
  ['--on-each a --wait 1m', 'wait-with-on-each', 12],
  ['--waves 1', 'needs-on-each', 0],
  ['--max-failures 1 --on a', 'needs-on-each', 0],
  ['--pause 1s', 'needs-on-each', 0],
  ['--on-each a --pause 1s', 'needs-waves', 12],
  ['--on-each a --max-failures 1', 'needs-waves', 12],
  ['--on-each a --waves', 'bad-waves', 12],
  ['--on-each a --waves 0,100%', 'bad-waves', 20],
  ['--on-each a --waves 1,,2', 'bad-waves', 20],
  ['--on-each a --waves 101%', 'bad-waves', 20],
  ['--on-each a --waves $n', 'variable-in-placement', 20],
  ['--on-each a --waves 1 --waves 2', 'repeated-placement', 22],
  ['--on-each a --waves 1 --max-failures some', 'bad-max-failures', 37],
  ['--on-each a --waves 1 --pause 2d', 'bad-pause', 30],
  ['--wait', 'bad-wait', 0],
  ['--wait 0s', 'bad-wait', 7],
  ['--wait soon', 'bad-wait', 7],
])('%s is refused, with where', (text, problem, position) => {
  expect(takePlacement(wordsOf(text))).toMatchObject({ code: 'bad-syntax', facts: { problem, position } });
});

it('leaves every other word as it was, and takes nothing from what was quoted', () => {
  const own = fc.constantFrom('--on', '--on-each', '--waves', '--max-failures', '--pause', '--wait', '--');
  const word = fc.oneof(own, fc.string({ unit: fc.constantFrom('-', '=', 'o', 'n', '1'), minLength: 1 }));
  fc.assert(
    fc.property(fc.array(word), (texts) => {
      const line = parseLine(['c', ...texts.map(quoteWord)].join(' '));
      if (isRefusal(line)) return;
      const again = parseLine(printLine(line));
      if (isRefusal(again)) throw new Error(JSON.stringify(again));
      expect(takePlacement(again.stages[0]!.words.slice(1))).toMatchObject({
        placement: {},
        kept: texts.map((text) => ({ text })),
      });
    }),
  );
});

function wordsOf(text: string) {
  const line = parseLine(text);
  if (isRefusal(line)) throw new Error(JSON.stringify(line));
  return line.stages[0]!.words;
}

function taken(text: string, own?: ReadonlySet<string>) {
  const read = takePlacement(wordsOf(text), own);
  if (isRefusal(read)) throw new Error(JSON.stringify(read));
  return { placement: read.placement, kept: read.kept.map((word) => word.text) };
}
