import fc from 'fast-check';
import { expect, it } from 'vitest';
import { cleanText } from './clean-text.js';

it.each([
  ['<http://example.com|example.com>', 'example.com'],
  ['<https://example.com/a?b=1&amp;c=2>', 'https://example.com/a?b=1&c=2'],
  ['<mailto:ann@example.com|ann@example.com>', 'ann@example.com'],
  ['<mailto:ann@example.com>', 'ann@example.com'],
  ['<tel:123|123>', '123'],
  ['ask <@U1> and <@U2|bob>', 'ask @U1 and @bob'],
  ['to <#C1|ops> or <#C2>', 'to #ops or #C2'],
  ['<!here> <!channel> <!subteam^S1|@ops>', '@here @channel @ops'],
  ['<!date^1392734382^{date}|Feb 18>', 'Feb 18'],
  ['1 &lt; 2 &amp;&amp; 3 &gt; 2', '1 < 2 && 3 > 2'],
  ['&amp;lt;', '&lt;'],
  ['“a b” ‘c d’', '"a b" \'c d\''],
  ['it’s', 'it’s'],
  ['restart web —force', 'restart web --force'],
  ['run — -x', 'run -- -x'],
  ['a—b', 'a—b'],
  ['a\u00a0b\u200b', 'a b'],
  ['  two\nlines  ', 'two\nlines'],
])('%j was typed as %j', (slack, typed) => expect(cleanText(slack).text).toBe(typed));

it('tells whom and what a text names, each by a name of one word that is theirs alone', () => {
  const names = new Map([
    ['U1', 'Ann Lee (ops)'],
    ['U2', 'bob'],
    ['U3', 'bob'],
  ]);
  expect(cleanText('run > <@U1> <@U2|rob> <@U3> <@U1> <@U4> <#C1|ops> <#C2|> "<@U2>"', names)).toEqual({
    text: 'run > @Ann.Lee.ops @bob @U3 @Ann.Lee.ops @U4 #ops #C2 "@bob"',
    mentions: [
      { kind: 'person', name: 'Ann.Lee.ops', id: 'U1' },
      { kind: 'person', name: 'bob', id: 'U2' },
      { kind: 'person', name: 'U3', id: 'U3' },
      { kind: 'person', name: 'U4', id: 'U4' },
      { kind: 'room', name: 'ops', id: 'C1' },
      { kind: 'room', name: 'C2', id: 'C2' },
    ],
  });
});

it('gives back what was typed in plain characters, once Slack has escaped it', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme-ascii' }), (typed) => {
      const escaped = typed.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
      expect(cleanText(escaped)).toEqual({ text: typed.trim(), mentions: [] });
    }),
  );
});

it('makes something of any text, and names only who and what stands in it', () => {
  const piece = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 5 }),
    fc.constantFrom(
      '<',
      '>',
      '<@U1|',
      '<#C1>',
      '<!here>',
      '<!date^',
      '|',
      '&amp;',
      '&',
      '“',
      '’',
      '—',
      '__proto__',
    ),
  );
  fc.assert(
    fc.property(
      fc.array(piece).map((pieces) => pieces.join('')),
      (text) => {
        for (const { name, id } of cleanText(text, new Map([['U1', 'Ann B']])).mentions) {
          expect(name).toMatch(/^\S+$/u);
          expect(text).toContain(id);
        }
      },
    ),
  );
});

it.each(['<', '<@', '<@U1|', '&', '—', ' ', '\u200b', '’', '<a|'])('reads very many of %j', (piece) => {
  expect(typeof cleanText(`a${piece.repeat(50_000)}b`).text).toBe('string');
});
