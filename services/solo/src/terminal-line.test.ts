import { expect, it } from 'vitest';
import { readLine } from './terminal-line.js';

it.each([
  ['!echo hi', 'prefix', 'echo hi'],
  ['echo hi', 'direct', 'echo hi'],
  ['  ! echo hi ', 'prefix', 'echo hi'],
  ['!!', 'prefix', '!'],
  ['!! --force | count', 'prefix', '! --force | count'],
  ['! !', 'prefix', '!'],
  ['!!!', 'prefix', '!!'],
  ['!again 0199', 'prefix', 'again 0199'],
  ['echo hi > #ops > @ann', 'direct', 'echo hi > #ops > @ann'],
])('takes at most one ! off: %j', (typed, addressed, text) => {
  expect(readLine(typed, 'ann', 'm1', 5)).toMatchObject({
    kind: 'said',
    message: { id: 'm1', addressed, text, sender: { id: 'ann' }, saidAt: 5 },
  });
});
