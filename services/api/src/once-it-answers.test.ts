import { expect, it } from 'vitest';
import { onceItAnswers } from './once-it-answers.js';

const away = () => Promise.reject(new Error('Connection terminated unexpectedly'));

it('waits until the database answers, and says so once', async () => {
  const said: string[] = [];
  let times = 0;
  const work = () => (++times < 3 ? away() : Promise.resolve('done'));
  expect(await onceItAnswers(work, (sentence) => said.push(sentence))).toBe('done');
  expect(times).toBe(3);
  expect(said).toEqual([
    'the database does not answer (Connection terminated unexpectedly); trying again until it does',
  ]);
});

it('throws at once what waiting does not mend', async () => {
  const said: string[] = [];
  const work = () => Promise.reject(new TypeError('x is undefined'));
  await expect(onceItAnswers(work, (sentence) => said.push(sentence))).rejects.toThrow('x is undefined');
  expect(said).toEqual([]);
});

it('gives up once it is told to stop', async () => {
  const stopping = new AbortController();
  const work = () => onceItAnswers(away, () => stopping.abort(), stopping.signal);
  await expect(work()).rejects.toThrow('Connection terminated');
});
