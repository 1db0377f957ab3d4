import fc from 'fast-check';
import { expect, it } from 'vitest';
import { readTranscript, updateTranscript } from './index.js';

const before = `# kept
people: {ann:   []}
transcript:
  - ann: '!a'   # who
  - chasqui: old   # why
  - ann: '!b'
  - chasqui: |
      one
      two

  # between
  - {ann: '!c', chasqui: old}
  - ann: '!d'
  - chasqui: { text: old, mark: failed }
`;

it('writes answers where they stand, and leaves everything else alone', () => {
  const answers = ['new\nlines', 'short', 'a, b', "it's: so"].map((text, at) => ({
    step: [1, 3, 4, 6][at]!,
    text,
  }));
  expect(updateTranscript(before, answers)).toBe(`# kept
people: {ann:   []}
transcript:
  - ann: '!a'   # who
  - chasqui: |   # why
      new
      lines
  - ann: '!b'
  - chasqui: short

  # between
  - {ann: '!c', chasqui: 'a, b'}
  - ann: '!d'
  - chasqui: { text: 'it''s: so', mark: failed }
`);
});

it('reads back what it has written', () => {
  const line = fc.string({
    unit: fc.constantFrom(...'ab :#-|>\'"{}[],!&*%@`0\t~\\…'.split('')),
    maxLength: 12,
  });
  const text = fc.array(line, { minLength: 1, maxLength: 4 }).map((lines) => lines.join('\n').trimEnd());
  fc.assert(
    fc.property(fc.constantFrom(1, 3, 4, 6), text, (step, heard) => {
      const { transcript, faults } = readTranscript(updateTranscript(before, [{ step, text: heard }]));
      expect(faults).toEqual([]);
      const expected = transcript!.lines.flatMap((said) => said.expected).find((one) => one.step === step);
      expect(expected!.text!.trimEnd()).toBe(heard);
    }),
  );
});
