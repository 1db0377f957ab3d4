import { expect, it } from 'vitest';
import { lineToShow } from './line-to-show.js';

it.each([
  ['ops:list', null, 'ops:list'],
  ['mine web', 'ops:status web', 'mine web'],
  ['!', 'ops:status web', 'ops:status web'],
  ['! | count', 'ops:list | count', 'ops:list | count'],
  ['!!>#ops', 'ops:list > #ops', 'ops:list > #ops'],
  ['again 0198 --force', 'ops:restart --force', 'ops:restart --force'],
  ['again 0198', undefined, 'again 0198'],
  ['again-and-again', 'ops:list', 'again-and-again'],
])('%s, read as %s, is shown as %s', (line, expanded, shown) => {
  expect(lineToShow({ line, expanded })).toBe(shown);
});
