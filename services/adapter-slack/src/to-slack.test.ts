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
  expect(blocks?.map((block) => (block as { elements: unknown[] }).elements[0])).toEqual([
    { type: 'rich_text_section', elements: [text('hello')] },
    { type: 'rich_text_section', elements: [{ ...text('by the way'), style: { italic: true } }] },
    { type: 'rich_text_preformatted', elements: [text('a  1')] },
    { type: 'rich_text_section', elements: [{ ...text('run'), style: { bold: true } }, text('  r1')] },
    { type: 'rich_text_preformatted', elements: [text('a  b\n1  2')] },
  ]);
});

it('draws titles, images, links and dividers with what Slack has for them', () => {
  const { blocks } = toSlack({
    text: 'all',
    blocks: [
      { kind: 'header', text: 'a <b> title' },
      { kind: 'image', url: 'https://example.com/a.png', alt: 'a chart' },
      { kind: 'image', url: 'https://example.com/b.png', alt: 'small', thumbnail: true },
      { kind: 'link', url: 'https://example.com/?a=<b>', text: '<@U1>' },
      { kind: 'divider' },
      { kind: 'code', text: '{}', language: 'json' },
    ],
  });
  expect(blocks).toEqual([
    { type: 'header', text: { type: 'plain_text', text: 'a <b> title', emoji: false } },
    { type: 'image', image_url: 'https://example.com/a.png', alt_text: 'a chart' },
    {
      type: 'section',
      text: { type: 'plain_text', text: 'small', emoji: false },
      accessory: { type: 'image', image_url: 'https://example.com/b.png', alt_text: 'small' },
    },
    {
      type: 'rich_text',
      elements: [
        {
          type: 'rich_text_section',
          elements: [{ type: 'link', url: 'https://example.com/?a=<b>', text: '<@U1>' }],
        },
      ],
    },
    { type: 'divider' },
    { type: 'rich_text', elements: [{ type: 'rich_text_preformatted', elements: [text('{}')] }] },
  ]);
});

it('puts what follows a coloured title into an attachment of that colour', () => {
  const shown = { kind: 'text', text: 'hello' } as const;
  const body = (color: string, title = 'Failed') =>
    toSlack({ text: 'all', blocks: [{ kind: 'header', text: title, color }, shown, shown] });
  expect(body('#ff0000')).toMatchObject({
    text: 'all',
    blocks: [{ type: 'header' }],
    attachments: [{ color: '#ff0000', blocks: [{ type: 'rich_text' }, { type: 'rich_text' }] }],
  });
  expect(body('#ff0000', '')).toMatchObject({
    blocks: [{ type: 'rich_text' }],
    attachments: [{ color: '#ff0000', blocks: [{ type: 'rich_text' }] }],
  });
  expect(body('red').attachments).toBeUndefined();
});

it('makes nothing clickable but addresses on the web', () => {
  const { blocks } = toSlack({
    text: 'all',
    blocks: [
      { kind: 'link', url: 'javascript:alert(1)', text: 'click' },
      { kind: 'image', url: 'file:///etc/passwd', alt: 'look' },
    ],
  });
  expect(
    blocks?.map((block) => (block as { elements: { elements: unknown[] }[] }).elements[0]!.elements),
  ).toEqual([[text('click (javascript:alert(1))')], [text('look (file:///etc/passwd)')]]);
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
  const long = fc.string({ maxLength: 9_000 });
  const url = fc.oneof(fc.webUrl(), long);
  const block = fc.oneof(
    fc.record({ kind: fc.constantFrom('text', 'code'), text: long }),
    fc.record({
      kind: fc.constant('fields'),
      fields: fc.array(fc.record({ name: fc.string(), value: fc.string() }), { maxLength: 80 }),
    }),
    fc.record({ kind: fc.constant('divider') }),
    fc.record({
      kind: fc.constant('header'),
      text: long,
      color: fc.constantFrom('#ff0000', 'red', undefined),
    }),
    fc.record({ kind: fc.constant('image'), url, alt: long, thumbnail: fc.boolean() }),
    fc.record({ kind: fc.constant('link'), url, text: long }),
  ) as fc.Arbitrary<Block>;
  fc.assert(
    fc.property(fc.array(block, { maxLength: 80, size: 'max' }), (blocks) => {
      const body = toSlack({ text: 'x'.repeat(9_000), blocks });
      const drawn = [...(body.blocks ?? []), ...(body.attachments ?? []).flatMap((one) => one.blocks)];
      expect(body.text.length).toBeLessThanOrEqual(3_200);
      expect(drawn.length).toBeLessThanOrEqual(50);
      for (const { key, text } of drawn.flatMap((one) => textsIn(one, one.type))) {
        expect(text.length, key).toBeGreaterThan(0);
        expect(text.length, key).toBeLessThanOrEqual(bounds[key] ?? 3_200);
      }
    }),
    { numRuns: 30 },
  );
});

/** What Slack allows, where it is less than for most texts. */
const bounds: Readonly<Record<string, number>> = { 'header text': 150, 'image alt_text': 2_000 };

/** Every text in a block, with what it is. */
function textsIn(value: unknown, type: string): { key: string; text: string }[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) =>
    typeof inner === 'string' && key !== 'type'
      ? [{ key: `${type} ${key}`, text: inner }]
      : textsIn(inner, key === 'accessory' ? 'image' : type),
  );
}
