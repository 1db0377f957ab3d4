import { expect, it } from 'vitest';
import { z } from 'zod';
import { addresses, rate, readSettings, secretValues, settingsInForce } from './index.js';

const shape = {
  DATABASE_URL: z.string().optional(),
  KAFKA_SASL_PASSWORD: z.string().optional(),
  CHASQUI_SECRET_KEY: z.string(),
  CHASQUI_HTTP_PORT: z.coerce.number().default(7400),
  CHASQUI_TLS_KEY_FILE: z.string().optional(),
  OTHER: z.string().optional(),
};
const environment = {
  DATABASE_URL: 'postgres://chasqui:hunter2@db/chasqui',
  KAFKA_SASL_PASSWORD_FILE: '/run/kafka',
  CHASQUI_SECRET_KEY: 'ab'.repeat(32),
  CHASQUI_TLS_KEY_FILE: '/run/key.pem',
};

it('shows what is in force and where it came from, and nothing secret', () => {
  expect(settingsInForce(environment, shape)).toEqual([
    { name: 'CHASQUI_HTTP_PORT', value: '7400', secret: false, from: 'default' },
    { name: 'CHASQUI_SECRET_KEY', value: '***', secret: true, from: 'environment' },
    { name: 'CHASQUI_TLS_KEY_FILE', value: '/run/key.pem', secret: false, from: 'environment' },
    { name: 'DATABASE_URL', value: 'postgres://chasqui:***@db/chasqui', secret: true, from: 'environment' },
    { name: 'KAFKA_SASL_PASSWORD', value: '***', secret: true, from: 'file', file: '/run/kafka' },
    { name: 'OTHER', secret: false, from: 'not set' },
  ]);
});

it('knows the values that no log may show, also those in files and URLs', () => {
  expect(secretValues(environment, shape, () => 'swordfish-9\n')).toEqual([
    'hunter2',
    'swordfish-9',
    'ab'.repeat(32),
  ]);
});

it.each([
  ['60/1m', { most: 60, withinMs: 60_000 }],
  ['off', undefined],
])('reads how often: %s', (text, read) => expect(readSettings({ R: text }, { R: rate }).R).toEqual(read));

it('is without a limit where that was said, whatever is usual', () => {
  const shape = { R: rate.prefault('60/1m') };
  expect(readSettings({}, shape).R).toEqual({ most: 60, withinMs: 60_000 });
  expect(readSettings({ R: 'off' }, shape).R).toBeUndefined();
});

it.each(['60', '0/1m', '60/soon', '-1/1s'])('refuses %s as how often', (text) => {
  expect(() => readSettings({ R: text }, { R: rate })).toThrow('write it like 60/1m');
});

it('reads addresses of machines and networks', () => {
  expect(readSettings({ A: '10.0.0.0/8, fd00::/8,127.0.0.1' }, { A: addresses }).A).toHaveLength(3);
  for (const wrong of ['10.0.0.0/33', 'proxy.example.org', '10.0.0'])
    expect(() => readSettings({ A: wrong }, { A: addresses })).toThrow(wrong);
});
