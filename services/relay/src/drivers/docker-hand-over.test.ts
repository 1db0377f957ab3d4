import { describe, expect, it } from 'vitest';
import { handOverLine, UnlessMarked } from './docker-hand-over.js';
import type { OutputStream, Work } from './driver.js';
import { workOf } from './work.fixture.js';

const image = { id: 'sha256:0', user: '', env: ['PATH=/bin', 'A=1'], entrypoint: ['/app'], cmd: ['serve'] };
const lineOf = (over: Partial<Work>) => handOverLine(workOf(over), image)?.toString();

describe('the line that is handed over', () => {
  it('has all of the environment, the words, and an empty input where there is none', () => {
    expect(lineOf({ executable: ['/bin/echo'], args: ["it's\nso"], env: { A: '2', B: '' } })).toBe(
      `unset SHLVL PWD OLDPWD; export PATH='/bin' A='2' B=''; set -- '/bin/echo' 'it'\\''s'"$chasqui_nl"'so'; exec </dev/null\n`,
    );
    expect(lineOf({ stdin: '' })).toBe(
      `unset SHLVL PWD OLDPWD; export PATH='/bin' A='1'; set -- '/app' 'serve'\n`,
    );
    expect(lineOf({ stdin: '', args: ['mine'] })).toContain(`set -- '/app' 'mine'\n`);
  });

  it.each<[string, Partial<Work>]>([
    ['a variable that a shell does not know as one', { env: { 'a.b': '1' } }],
    ['a variable that a shell computes', { env: { RANDOM: '1' } }],
    ['one of its own', { env: { chasqui_line: '1' } }],
    ['a NUL', { args: ['a\0b'] }],
    ['a program that looks like an option', { executable: ['-a'] }],
    ['too much', { args: ['x'.repeat(40_000)] }],
  ])('is none for %s', (_, over) => expect(lineOf(over)).toBeUndefined());

  it('is none where there is nothing to run', () => {
    expect(handOverLine(workOf(), { ...image, entrypoint: [], cmd: [] })).toBeUndefined();
  });
});

describe('what comes out of a container started ahead', () => {
  const passed = (...parts: [OutputStream, string][]) => {
    const seen: string[] = [];
    const unless = new UnlessMarked('mark', (stream, bytes) => {
      seen.push(`${stream === 'stderr' ? '!' : ''}${bytes.toString()}`);
      return undefined;
    });
    for (const [stream, text] of parts) void unless.write(stream, Buffer.from(text));
    void unless.end();
    return { seen, neverRan: unless.neverRan };
  };

  it.each<[string, [OutputStream, string][], string[], boolean]>([
    ['nothing', [], [], false],
    [
      'both streams',
      [
        ['stdout', 'a'],
        ['stderr', 'b'],
      ],
      ['a', '!b'],
      false,
    ],
    ['the mark', [['stderr', 'mark: no such program\n']], [], true],
    [
      'the mark in pieces',
      [
        ['stderr', 'ma'],
        ['stdout', 'x'],
        ['stderr', 'rk: no'],
      ],
      ['x'],
      true,
    ],
    [
      'what begins like it',
      [
        ['stderr', 'ma'],
        ['stderr', 'ybe'],
      ],
      ['!maybe'],
      false,
    ],
    ['the beginning of it alone', [['stderr', 'mark:']], ['!mark:'], false],
    [
      'it later, or elsewhere',
      [
        ['stdout', 'mark: '],
        ['stderr', 'x'],
        ['stderr', 'mark: '],
      ],
      ['mark: ', '!x', '!mark: '],
      false,
    ],
  ])('%s', (_, parts, seen, neverRan) => expect(passed(...parts)).toEqual({ seen, neverRan }));
});
