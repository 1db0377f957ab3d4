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
    case 'table':
      return text.replace(/^.*/, (header) => styled('bold', header));
    case 'divider':
      return styled('dim', text);
    case 'fields':
    case 'code':
      return text;
  }
}

export function dim(text: string, colour: boolean): string {
  return colour ? styled('dim', text) : text;
}

const tones: Record<'good' | 'bad' | 'quiet', Style> = { good: 'green', bad: 'red', quiet: 'dim' };

/** Whether colours are wanted was decided at the start, not by what this process happens to write to. */
function styled(style: Style, text: string): string {
  return styleText(style, text, { validateStream: false });
}
