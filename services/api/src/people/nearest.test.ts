import { expect, it } from 'vitest';
import { nearest } from './nearest.js';

it.each([
  ['ops:wriet', ['ops:read', 'ops:write'], ['ops:write']],
  ['OPS:WRITE', ['ops:read', 'ops:write'], ['ops:write']],
  ['ops:rea', ['ops:read', 'ops:real', 'ops:write'], ['ops:read', 'ops:real']],
  ['ops:x', [], []],
  ['net:trace', ['ops:read', 'chasqui:read-runs'], []],
])('of %s in %j it thinks %j meant', (word, known, meant) => {
  expect(nearest(word, known)).toEqual(meant);
});
