import { refusal } from '@chasqui/contracts';
import { expect, it } from 'vitest';
import { renderBug, renderRefusal } from './render-refusal.js';

it('points at the place in the line that could not be read', () => {
  const view = renderRefusal(
    refusal('bad-syntax', { problem: 'empty-stage', position: 5, length: 1 }),
    'echo | | head',
  );
  expect(view.mark).toBe('refused');
  expect(view.blocks[1]).toEqual({ kind: 'code', text: 'echo | | head\n     ^' });
});

it('points behind the end, and into the right one of several lines', () => {
  const pointed = (text: string, position: number) =>
    renderRefusal(refusal('bad-syntax', { text, position })).blocks[1];
  expect(pointed('say "a', 6)).toEqual({ kind: 'code', text: 'say "a\n      ^' });
  expect(pointed('one\ntwo three', 8)).toEqual({ kind: 'code', text: 'two three\n    ^' });
});

it('shows a window of a very long line', () => {
  const [, place] = renderRefusal(refusal('bad-selector', { text: 'x'.repeat(500), position: 250 })).blocks;
  expect(place).toEqual({ kind: 'code', text: `…${'x'.repeat(80)}…\n${' '.repeat(41)}^` });
});

it('tells a bug with the run id', () => {
  expect(renderBug('r1')).toMatchObject({ mark: 'error', text: expect.stringContaining('r1') });
});
