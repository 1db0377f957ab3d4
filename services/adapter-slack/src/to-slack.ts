import type { Block, ChatReply } from '@chasqui/contracts';
import { clip, plainText, printable } from '@chasqui/replies';
import type { types } from '@slack/bolt';

/** The part of a Slack message that shows a reply. `text` is what notifications and screen readers get. */
export interface SlackBody {
  readonly text: string;
  readonly blocks?: SlackBlock[];
  /** What is drawn with a bar of colour beside it: only attachments have one. */
  readonly attachments?: { readonly color: string; readonly blocks: SlackBlock[] }[];
}

export type SlackBlock =
  types.RichTextBlock | types.HeaderBlock | types.ImageBlock | types.SectionBlock | types.DividerBlock;

/** Slack takes 50 blocks a message; longer texts than these it cuts or refuses (docs.slack.dev, "Block Kit"). */
const most = { blocks: 50, characters: 3_000, header: 150, alt: 2_000, url: 3_000 };

/**
 * A reply as Slack draws it. Texts go into rich text, whose text elements Slack never reads as markup: no output can mention
 * a room, forge a link or break out of its code block. The plain `text` beside it is read as markup, so it is escaped.
 */
export function toSlack(reply: Pick<ChatReply, 'blocks' | 'text'>): SlackBody {
  const drawn = reply.blocks.map(draw).filter((block) => block !== undefined);
  const kept =
    drawn.length <= most.blocks
      ? drawn
      : [...drawn.slice(0, most.blocks - 1), leftOut(drawn.length - most.blocks + 1)];
  const text = escaped(fitting(reply.text) || fitting(plainText(reply.blocks)) || '…');
  return { text, ...coloured(kept, colourOf(reply.blocks)) };
}

/** The first block, a title if there is one, stays outside: where all is in attachments, Slack shows the plain text as well. */
function coloured(drawn: SlackBlock[], color: string | undefined): Omit<SlackBody, 'text'> {
  if (drawn.length === 0) return {};
  const [first, ...rest] = drawn;
  if (color === undefined || rest.length === 0) return { blocks: drawn };
  return { blocks: [first!], attachments: [{ color, blocks: rest }] };
}

function colourOf(blocks: readonly Block[]): string | undefined {
  const header = blocks.find((block) => block.kind === 'header' && block.color !== undefined);
  const color = header?.kind === 'header' ? header.color : undefined;
  return color !== undefined && /^#[0-9a-f]{6}$/i.test(color) ? color : undefined;
}

function draw(block: Block): SlackBlock | undefined {
  const text = fitting(plainText([block]));
  if (text === '' && block.kind !== 'divider') return undefined;
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
      return { type: 'divider' };
    case 'header':
      return { type: 'header', text: plain(block.text, most.header) };
    case 'link': {
      const url = webAddress(block.url);
      if (url === undefined)
        return richText({ type: 'rich_text_section', elements: [{ type: 'text', text }] });
      const words = fitting(block.text);
      return richText({
        type: 'rich_text_section',
        elements: [{ type: 'link', url, ...(words && { text: words }) }],
      });
    }
    case 'image':
      return image(block, text);
  }
}

/** Slack fetches the image by itself. A thumbnail stands beside its text. */
function image(block: Block & { kind: 'image' }, text: string): SlackBlock {
  const url = webAddress(block.url);
  if (url === undefined) return richText({ type: 'rich_text_section', elements: [{ type: 'text', text }] });
  const alt_text = shortened(printable(block.alt), most.alt) || url.slice(0, most.alt);
  if (!block.thumbnail) return { type: 'image', image_url: url, alt_text };
  return {
    type: 'section',
    text: plain(block.alt, most.characters),
    accessory: { type: 'image', image_url: url, alt_text },
  };
}

/** Plain text is never read as markup either. */
function plain(text: string, length: number): types.PlainTextElement {
  return { type: 'plain_text', text: shortened(printable(text), length) || '–', emoji: false };
}

function shortened(text: string, length: number): string {
  const line = text.replace(/\s+/g, ' ').trim();
  return line.length <= length ? line : `${line.slice(0, length - 1).replace(/[\ud800-\udbff]$/, '')}…`;
}

function webAddress(url: string): string | undefined {
  return url.length <= most.url && /^https?:\/\//i.test(url) && URL.canParse(url) ? url : undefined;
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
