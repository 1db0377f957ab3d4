import { expect, it } from 'vitest';
import { inWordsOfTheCommandLine } from './words.js';

it.each([
  ['There is no user ann; GET /users lists them.', 'There is no user ann; "chasqui user list" lists them.'],
  [
    'Nobody protected the tag x; GET /protected-tags lists what is.',
    'Nobody protected the tag x; "chasqui relay protected-tags" lists what is.',
  ],
  [
    'The body does not fit: username: a user name is lower-case letters. See /openapi.json.',
    'That does not fit: username: a user name is lower-case letters.',
  ],
  ['There is no such session any more; GET …/sessions lists those there are.', undefined],
  ['There is no run 7; GET /runs lists them.', undefined],
])('%s', (sentence, words) => {
  expect(inWordsOfTheCommandLine(sentence)).toBe(words ?? sentence);
});
