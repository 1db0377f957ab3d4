import { expect, it } from 'vitest';
import { masked } from './masked.js';

it('leaves out what sounds secret, and keeps which it was', () => {
  const told = {
    password: 'x',
    newPassword: 'x',
    token: 'x',
    tokenId: 'id',
    apiKey: 'x',
    client_secret: 'x',
    code: '123',
  };
  expect(
    masked({ user: 'ann', ...told, secret: true, scopes: ['a'], nested: [{ passphrase: 'x' }] }),
  ).toEqual({
    user: 'ann',
    password: '(masked)',
    newPassword: '(masked)',
    token: '(masked)',
    tokenId: 'id',
    apiKey: '(masked)',
    client_secret: '(masked)',
    code: '(masked)',
    secret: true,
    scopes: ['a'],
    nested: [{ passphrase: '(masked)' }],
  });
});

it('cuts what is long', () => {
  expect(masked('x'.repeat(9_000))).toHaveLength(4_000 + '… (9000 characters)'.length);
  expect(masked(Array.from({ length: 900 }, () => 1))).toHaveLength(500);
  expect(masked(Buffer.from('abc'))).toBe('(3 bytes)');
});
