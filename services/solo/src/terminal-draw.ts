import { styleText } from 'node:util';
import type { Block } from '@chasqui/contracts';
import { plainText, printable } from '@chasqui/replies';

type Style = Parameters<typeof styleText>[0];

/** Draws one block for a terminal, with colours if wanted. What a command printed can move no cursor and change no colour. */
export function drawBlock(block: Block, colour: boolean): string {
  const text = printable(plainText([block]));
  if (!colour) return text;
  switch (block.kind) {
    case 'text':
      return block.tone && block.tone !== 'plain' ? styled(tones[block.tone], text) : text;
    case 'header':
      return styled(['bold', ...nearest(block.color)], text);
    case 'link':
      return text.replace(printable(block.url), (url) => styled('underline', url));
    case 'table':
      return text.replace(/^.*/, (header) => styled('bold', header));
    case 'divider':
      return styled('dim', text);
    case 'fields':
    case 'code':
    case 'image':
      return text;
  }
}

/** A reply's blocks, but those that only colour the others. */
export function shownBlocks(blocks: readonly Block[]): Block[] {
  return blocks.filter((block) => block.kind !== 'header' || block.text !== '');
}

export function dim(text: string, colour: boolean): string {
  return colour ? styled('dim', text) : text;
}

const tones: Record<'good' | 'bad' | 'quiet', Style> = { good: 'green', bad: 'red', quiet: 'dim' };

/** The terminal's own colour that is nearest to `#rrggbb`; none for what has hardly any. */
function nearest(color: string | undefined): ('red' | 'yellow' | 'green' | 'cyan' | 'blue' | 'magenta')[] {
  const parts = /^#(..)(..)(..)$/.exec(color ?? '')?.slice(1) ?? [];
  const [red = 0, green = 0, blue = 0] = parts.map((part) => parseInt(part, 16) || 0);
  const bright = Math.max(red, green, blue) * 0.6;
  if (Math.max(red, green, blue) - Math.min(red, green, blue) < 48) return [];
  const on = `${red >= bright ? 'r' : ''}${green >= bright ? 'g' : ''}${blue >= bright ? 'b' : ''}`;
  return [
    ({ r: 'red', rg: 'yellow', g: 'green', gb: 'cyan', b: 'blue', rb: 'magenta' } as const)[on] ?? 'cyan',
  ];
}

/** Whether colours are wanted was decided at the start, not by what this process happens to write to. */
function styled(style: Style, text: string): string {
  return styleText(style, text, { validateStream: false });
}
