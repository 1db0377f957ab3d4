import fc from 'fast-check';
import { expect, it } from 'vitest';
import { printable } from './printable.js';

it.each([
  ['\x1b[31mred\x1b[0m', 'red'],
  ['\x1b]0;a title\x07text', 'text'],
  ['\x1b]8;;http://x\x1b\\link\x1b]8;;\x1b\\', 'link'],
  ['\x1b[2J\x1b[H\x1b(Btop', 'top'],
  ['10%\r50%\r100%\ndone\r\n', '100%\ndone\n'],
  ['a\tb\nc', 'a\tb\nc'],
  ['bell\x07 nul\0 del\x7f csi\x9b', 'bell nul del csi'],
  ['safe\u202etxt.exe', 'safetxt.exe'],
  ['¿qué? 你好 👍🏽', '¿qué? 你好 👍🏽'],
  ['cut short \x1b[', 'cut short '],
  ['\x1b]0;never ended\nstill here', '\nstill here'],
])('%j is shown as %j', (raw, shown) => expect(printable(raw)).toBe(shown));

it('leaves no control character in anything, and changes nothing the second time', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (raw) => {
      const once = printable(raw);
      // oxlint-disable-next-line no-control-regex
      expect(once).not.toMatch(/[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]/);
      expect(printable(once)).toBe(once);
    }),
  );
});

it.each(['\r', '\r ', '\x1b[', '\x1b]', '\x1b', ' \n', '\r\n'])('reads very many of %j', (piece) => {
  const shown = printable(`a${piece.repeat(200_000)}\nb`);
  expect(shown).toMatch(/\nb$/);
  // oxlint-disable-next-line no-control-regex
  expect(shown).not.toMatch(/[\r\x1b]/);
});
