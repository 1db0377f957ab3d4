import type { Block, ChatReply } from '@chasqui/contracts';
import { clip, plainText, printable } from '@chasqui/replies';
import type { types } from '@slack/bolt';

/** The part of a Slack message that shows a reply. `text` is what notifications and screen readers get. */
export interface SlackBody {
  readonly text: string;
  readonly blocks?: types.RichTextBlock[];
}

/** Slack takes 50 blocks a message; texts longer than this it cuts or refuses. */
const most = { blocks: 50, characters: 3_000 };

/**
 * A reply as Slack draws it. Everything goes into rich text, whose text elements Slack never reads as markup: no output can mention
 * a room, forge a link or break out of its code block. The plain `text` beside it is read as markup, so it is escaped.
 */
export function toSlack(reply: Pick<ChatReply, 'blocks' | 'text'>): SlackBody {
  const drawn = reply.blocks.map(draw).filter((block) => block !== undefined);
  const kept =
    drawn.length <= most.blocks
      ? drawn
      : [...drawn.slice(0, most.blocks - 1), leftOut(drawn.length - most.blocks + 1)];
  const text = escaped(fitting(reply.text) || fitting(plainText(reply.blocks)) || '…');
  return kept.length > 0 ? { text, blocks: kept } : { text };
}

function draw(block: Block): types.RichTextBlock | undefined {
  const text = fitting(plainText([block]));
  if (text === '') return undefined;
  switch (block.kind) {
    case 'text':
      return richText({
        type: 'rich_text_section',
        elements: [{ type: 'text', text, ...toned(block.tone) }],
      });
    case 'code':
    case 'table':
      return richText({ type: 'rich_text_preformatted', elements: [{ type: 'text', text }] });
    case 'fields':
      return richText({
        type: 'rich_text_section',
        elements: block.fields.slice(0, 50).flatMap(({ name, value }, at) => [
          { type: 'text', text: `${at > 0 ? '\n' : ''}${fitting(name) || '–'}`, style: { bold: true } },
          { type: 'text', text: `  ${fitting(value)}` },
        ]),
      });
    case 'divider':
      return richText({ type: 'rich_text_section', elements: [{ type: 'text', text: '———' }] });
  }
}

function richText(element: types.RichTextBlock['elements'][number]): types.RichTextBlock {
  return { type: 'rich_text', elements: [element] };
}

/** Slack's text has no colours: what is only remarked is set in italics. */
function toned(tone: 'plain' | 'good' | 'bad' | 'quiet' | undefined): { style?: { italic: true } } {
  return tone === 'quiet' ? { style: { italic: true } } : {};
}

function leftOut(blocks: number): types.RichTextBlock {
  return richText({
    type: 'rich_text_section',
    elements: [{ type: 'text', text: `… ${blocks} more parts`, style: { italic: true } }],
  });
}

/** Without control characters, and no longer than Slack takes: head and tail of what is. */
function fitting(text: string): string {
  const shown = printable(text);
  return shown.length <= most.characters ? shown : clip(shown).text;
}

/** The three characters that begin markup (docs.slack.dev, "Formatting message text", escaping). */
function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
