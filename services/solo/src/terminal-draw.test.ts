import type { Block } from '@chasqui/contracts';
import { expect, it } from 'vitest';
import { drawBlock, shownBlocks } from './terminal-draw.js';

it.each<[Block, string, string]>([
  [{ kind: 'header', text: 'Hi' }, 'Hi', '\u001b[1mHi\u001b[22m'],
  [{ kind: 'header', text: 'Hi', color: '#ff0000' }, 'Hi', '\u001b[1m\u001b[31mHi\u001b[39m\u001b[22m'],
  [{ kind: 'header', text: 'Hi', color: '#2eb67d' }, 'Hi', '\u001b[1m\u001b[36mHi\u001b[39m\u001b[22m'],
  [{ kind: 'header', text: 'Hi', color: '#777777' }, 'Hi', '\u001b[1mHi\u001b[22m'],
  [
    { kind: 'link', url: 'https://example.com', text: 'docs' },
    'docs (https://example.com)',
    'docs (\u001b[4mhttps://example.com\u001b[24m)',
  ],
  [
    { kind: 'image', url: 'https://example.com/a.png', alt: 'a chart' },
    'a chart (https://example.com/a.png)',
    'a chart (https://example.com/a.png)',
  ],
  [{ kind: 'code', text: '{}', language: 'json' }, '{}', '{}'],
  [{ kind: 'divider' }, '---', '\u001b[2m---\u001b[22m'],
])('draws %j', (block, plain, coloured) => {
  expect(drawBlock(block, false)).toBe(plain);
  expect(drawBlock(block, true)).toBe(coloured);
});

it('leaves out a title that is only a colour', () => {
  const text: Block = { kind: 'text', text: 'hello' };
  expect(shownBlocks([{ kind: 'header', text: '', color: '#ff0000' }, text])).toEqual([text]);
});
