import fc from 'fast-check';
import { expect, it } from 'vitest';
import { cleanText } from './clean-text.js';

it.each([
  ['<http://example.com|example.com>', 'example.com'],
  ['<https://example.com/a?b=1&amp;c=2>', 'https://example.com/a?b=1&c=2'],
  ['<mailto:ann@example.com|ann@example.com>', 'ann@example.com'],
  ['<mailto:ann@example.com>', 'ann@example.com'],
  ['<tel:123|123>', '123'],
  ['ask <@U1> and <@U2|bob>', 'ask @U1 and @U2'],
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
])('%j was typed as %j', (slack, typed) => expect(cleanText(slack)).toBe(typed));

it('gives back what was typed in plain characters, once Slack has escaped it', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme-ascii' }), (typed) => {
      const escaped = typed.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
      expect(cleanText(escaped)).toBe(typed.trim());
    }),
  );
});
