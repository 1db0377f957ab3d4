import { Block } from '@chasqui/contracts';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { toSlack } from './to-slack.js';

const text = (body: string) => ({ type: 'text', text: body });

it('draws each block in rich text', () => {
  const { blocks } = toSlack({
    text: 'all',
    blocks: [
      { kind: 'text', text: 'hello' },
      { kind: 'text', text: 'by the way', tone: 'quiet' },
      { kind: 'code', text: 'a  1' },
      { kind: 'fields', fields: [{ name: 'run', value: 'r1' }] },
      { kind: 'table', columns: ['a', 'b'], rows: [['1', '2']] },
    ],
  });
  expect(blocks?.map(({ elements }) => elements[0])).toEqual([
    { type: 'rich_text_section', elements: [text('hello')] },
    { type: 'rich_text_section', elements: [{ ...text('by the way'), style: { italic: true } }] },
    { type: 'rich_text_preformatted', elements: [text('a  1')] },
    { type: 'rich_text_section', elements: [{ ...text('run'), style: { bold: true } }, text('  r1')] },
    { type: 'rich_text_preformatted', elements: [text('a  b\n1  2')] },
  ]);
});

it('escapes what stands beside the blocks', () => {
  expect(toSlack({ text: '<!channel> & <@U1>', blocks: [] })).toEqual({
    text: '&lt;!channel&gt; &amp; &lt;@U1&gt;',
  });
});

it('always has something to show', () => {
  expect(toSlack({ text: '', blocks: [{ kind: 'text', text: '' }] })).toEqual({ text: '…' });
});

it('stays within what Slack takes, whatever the reply is', () => {
  const block = fc.oneof(
    fc.record({ kind: fc.constantFrom('text', 'code'), text: fc.string({ maxLength: 9_000 }) }),
    fc.record({
      kind: fc.constant('fields'),
      fields: fc.array(fc.record({ name: fc.string(), value: fc.string() }), { maxLength: 80 }),
    }),
    fc.record({ kind: fc.constant('divider') }),
  ) as fc.Arbitrary<Block>;
  fc.assert(
    fc.property(fc.array(block, { maxLength: 80, size: 'max' }), (blocks) => {
      const body = toSlack({ text: 'x'.repeat(9_000), blocks });
      expect(body.text.length).toBeLessThanOrEqual(3_200);
      expect(body.blocks?.length ?? 1).toBeLessThanOrEqual(50);
      for (const { elements } of body.blocks ?? []) {
        for (const leaf of (elements[0] as { elements: { text: string }[] }).elements) {
          expect(leaf.text.length).toBeGreaterThan(0);
          expect(leaf.text.length).toBeLessThanOrEqual(3_200);
        }
      }
    }),
    { numRuns: 30 },
  );
});
