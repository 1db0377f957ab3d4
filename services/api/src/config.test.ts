import { expect, it } from 'vitest';
import { readConfig } from './config.js';

const needed = {
  KAFKA_BROKERS: 'kafka:9092',
  DATABASE_URL: 'postgres://chasqui@db/chasqui',
  CHASQUI_SECRET_KEY: 'ab'.repeat(32),
};

it('limits how often anything is asked for, but for what is said to be off', () => {
  expect(readConfig({ ...needed, CHASQUI_CHAT_LINES: 'off', CHASQUI_RATE_READS: '5/1s' }).rates).toEqual({
    reads: { most: 5, withinMs: 1_000 },
    writes: { most: 1_000, withinMs: 10_000 },
    signIn: { most: 20, withinMs: 60_000 },
    unknown: { most: 600, withinMs: 60_000 },
    lines: undefined,
  });
});
