import type { Block } from '@chasqui/contracts';

/** Blocks as plain text, columns aligned with spaces: for chats and notifications that draw nothing. No newline at its end. */
export function plainText(blocks: readonly Block[]): string {
  return blocks
    .filter((block) => block.kind !== 'header' || block.text !== '')
    .map(blockText)
    .join('\n');
}

function blockText(block: Block): string {
  switch (block.kind) {
    case 'text':
    case 'code':
      return block.text;
    case 'fields':
      return aligned(block.fields.map((field) => [field.name, field.value]));
    case 'table':
      return aligned([block.columns, ...block.rows]);
    case 'divider':
      return '---';
    case 'header':
      return block.text;
    case 'link':
      return block.text === block.url ? block.url : `${block.text} (${block.url})`;
    case 'image':
      return `${block.alt} (${block.url})`;
  }
}

/** Rows with their columns lined up two spaces apart; nothing trails. */
function aligned(rows: readonly (readonly string[])[]): string {
  const widths: number[] = [];
  for (const row of rows) row.forEach((cell, at) => (widths[at] = Math.max(widths[at] ?? 0, cell.length)));
  return rows
    .map((row) =>
      row
        .map((cell, at) => cell.padEnd(widths[at]!))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
