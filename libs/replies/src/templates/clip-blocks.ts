import type { Block } from '@chasqui/contracts';
import { clip } from '../clip.js';
import { quiet } from '../remark.js';
import { moreRows } from '../wording/template-faults.js';

const mostRows = 50;

/** What a chat is shown of what a template made: texts with head and tail, tables with their first rows. */
export function clipBlocks(blocks: readonly Block[]): { blocks: Block[]; clipped: boolean } {
  let clipped = false;
  const shown = blocks.flatMap((block): Block[] => {
    if (block.kind === 'text' || block.kind === 'code') {
      const short = clip(block.text);
      clipped ||= short.clipped;
      return [{ ...block, text: short.text }];
    }
    if (block.kind === 'table' && block.rows.length > mostRows) {
      clipped = true;
      return [
        { ...block, rows: block.rows.slice(0, mostRows) },
        quiet(moreRows(block.rows.length - mostRows)),
      ];
    }
    return [block];
  });
  return { blocks: shown, clipped };
}
