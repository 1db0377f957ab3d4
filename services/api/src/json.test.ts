import { whenPostgres } from '@chasqui/testbed/when';
import { Client } from 'pg';
import { expect, it } from 'vitest';
import { jsonb } from './json.js';

whenPostgres('a value as jsonb', (serverUrl) => {
  it.each([
    [{ a: 1, b: ['x', null, true] }],
    ['😀 é \\u0000 \\ud800 "\\"'],
    [{ 'C:\\ud8\\u0000': 'C:\\users\\dave' }],
  ])('%j comes back as it was', async (value) => {
    expect(await kept(value)).toEqual(value);
  });

  it.each([
    ['a\0b', 'a\ufffdb'],
    ['half \ud83d of a pair', 'half \ufffd of a pair'],
    ['the other half \ude00', 'the other half \ufffd'],
    [{ 'a\0': { 'b\ud800': '\\\0' } }, { 'a\ufffd': { 'b\ufffd': '\\\ufffd' } }],
  ])('%j comes back without what PostgreSQL does not keep', async (value, expected) => {
    expect(await kept(value)).toEqual(expected);
  });

  async function kept(value: unknown): Promise<unknown> {
    const client = new Client(serverUrl);
    await client.connect();
    try {
      const { rows } = await client.query('select $1::jsonb as value', [jsonb(value)]);
      return rows[0].value;
    } finally {
      await client.end();
    }
  }
});
