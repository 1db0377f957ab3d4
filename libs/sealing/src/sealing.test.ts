import { CompactEncrypt, compactDecrypt } from 'jose';
import { describe, expect, it } from 'vitest';
import {
  adapterKeysOf,
  decryptAtRest,
  encryptAtRest,
  keyFor,
  keyIdOf,
  hiddenKey,
  keysOf,
  makeAdapterToken,
  makeRelayToken,
  makeStoreToken,
  open,
  openWithAny,
  readAdapterToken,
  readRelayToken,
  readSecretKey,
  secretKeys,
  readStoreToken,
  nameIn,
  seal,
} from './index.js';

const token = makeRelayToken('fra-1');
const keys = await keysOf('fra-1', readRelayToken(token)!.secret);
const order = { kind: 'order', args: ['päron', '\u0000'], n: 1 };

it('names the relay in its token, and reads both back', () => {
  expect(token).toMatch(/^chq-relay\.fra-1\.[A-Za-z0-9_-]{43}$/);
  expect(readRelayToken(`${token}\n`)).toMatchObject({ relay: 'fra-1' });
  expect(readRelayToken(token.slice(0, -1))).toBeUndefined();
});

it('opens what was sealed for this relay and this direction', () => {
  expect(open(seal(order, 'fra-1', 'to-relay', keys.orders), 'fra-1', 'to-relay', keys.orders)).toEqual(
    order,
  );
});

it('seals as the standard has it: jose opens it, and what jose sealed is opened here', async () => {
  const header = { alg: 'dir', enc: 'A256GCM', kid: 'fra-1', typ: 'to-relay' };
  const opened = await compactDecrypt(seal(order, 'fra-1', 'to-relay', keys.orders), keys.orders);
  expect(opened.protectedHeader).toEqual(header);
  expect(JSON.parse(new TextDecoder().decode(opened.plaintext))).toEqual(order);
  const made = (more: object) =>
    new CompactEncrypt(new TextEncoder().encode(JSON.stringify(order)))
      .setProtectedHeader({ ...header, ...more })
      .encrypt(keys.orders);
  expect(open(await made({}), 'fra-1', 'to-relay', keys.orders)).toEqual(order);
  for (const more of [{ zip: 'DEF' }, { typ: 'to-adapter' }, { kid: 'ams-1' }])
    expect(open(await made(more), 'fra-1', 'to-relay', keys.orders)).toBeUndefined();
});

it('never uses a nonce twice', () => {
  const nonces = Array.from(
    { length: 1_000 },
    () => seal(order, 'fra-1', 'to-relay', keys.orders).split('.')[2],
  );
  expect(new Set(nonces).size).toBe(1_000);
});

it('shows nothing of the message to who carries it, and the relay it is for', async () => {
  const sealed = seal(order, 'fra-1', 'to-relay', keys.orders);
  expect(Buffer.from(sealed.split('.').join(''), 'base64url').toString('latin1')).not.toContain('args');
  expect(nameIn(sealed)).toBe('fra-1');
});

it.each([
  [
    'moved to another relay',
    async () => open(seal(order, 'fra-1', 'to-relay', keys.orders), 'ams-1', 'to-relay', keys.orders),
  ],
  [
    'turned round',
    async () => open(seal(order, 'fra-1', 'to-relay', keys.orders), 'fra-1', 'from-relay', keys.orders),
  ],
  [
    'sealed with the key of the other way',
    async () => open(seal(order, 'fra-1', 'to-relay', keys.reports), 'fra-1', 'to-relay', keys.orders),
  ],
  [
    'sealed with another token',
    async () => {
      const others = await keysOf('fra-1', readRelayToken(makeRelayToken('fra-1'))!.secret);
      return open(seal(order, 'fra-1', 'to-relay', others.orders), 'fra-1', 'to-relay', keys.orders);
    },
  ],
  ['not sealed', () => open('hello', 'fra-1', 'to-relay', keys.orders)],
])('does not open what was %s', async (_, attempt) => {
  expect(await attempt()).toBeUndefined();
});

it('does not open a message of which any part was changed', async () => {
  const sealed = seal(order, 'fra-1', 'to-relay', keys.orders);
  const parts = sealed.split('.');
  for (const at of [0, 2, 3, 4]) {
    const changed = parts.with(at, (parts[at]!.startsWith('A') ? 'B' : 'A') + parts[at]!.slice(1)).join('.');
    expect(open(changed, 'fra-1', 'to-relay', keys.orders)).toBeUndefined();
  }
});

it('does not open a message that asks for no encryption or another algorithm', async () => {
  const [, ...rest] = seal(order, 'fra-1', 'to-relay', keys.orders).split('.');
  for (const alg of ['none', 'A256GCMKW', 'PBES2-HS256+A128KW']) {
    const header = Buffer.from(
      JSON.stringify({ alg, enc: 'A256GCM', kid: 'fra-1', typ: 'to-relay' }),
    ).toString('base64url');
    expect(open([header, ...rest].join('.'), 'fra-1', 'to-relay', keys.orders)).toBeUndefined();
  }
});

it('does not open a message whose mark was cut short', async () => {
  const parts = seal(order, 'fra-1', 'to-relay', keys.orders).split('.');
  const short = parts
    .with(4, Buffer.from(parts[4]!, 'base64url').subarray(0, 4).toString('base64url'))
    .join('.');
  expect(open(short, 'fra-1', 'to-relay', keys.orders)).toBeUndefined();
});

it('keeps a secret at rest that only its key gives back', () => {
  const key = readSecretKey('ab'.repeat(32))!;
  const kept = encryptAtRest(Buffer.from('secret'), key);
  expect(decryptAtRest(kept, key)?.toString()).toBe('secret');
  expect(decryptAtRest(kept, Buffer.alloc(32))).toBeUndefined();
  expect(decryptAtRest('v1.short', key)).toBeUndefined();
});

it('opens what a previous key encrypted, and says which key did', () => {
  const [old, next] = [Buffer.alloc(32, 1), Buffer.alloc(32, 2)];
  const before = encryptAtRest(Buffer.from('secret'), secretKeys(old), 'place');
  const both = secretKeys(next, [old]);
  expect(decryptAtRest(before, both, 'place')?.toString()).toBe('secret');
  expect(decryptAtRest(before.replace(/^v2\.[^.]+/, 'v1'), both, 'place')?.toString()).toBe('secret');
  expect(decryptAtRest(before, secretKeys(next), 'place')).toBeUndefined();
  expect(keyIdOf(before)).toBe(secretKeys(old).current.id);
  expect(keyIdOf(encryptAtRest(Buffer.from('secret'), both, 'place'))).toBe(both.current.id);
  expect([keyIdOf('v1.AAAA'), keyIdOf('hello')]).toEqual(['v1', undefined]);
});

it('takes a key as hexadecimal or base64, and nothing else', () => {
  expect(readSecretKey(Buffer.alloc(32, 7).toString('base64url'))).toEqual(Buffer.alloc(32, 7));
  expect(readSecretKey(Buffer.alloc(32, 7).toString('base64'))).toEqual(Buffer.alloc(32, 7));
  expect(readSecretKey('a password')).toBeUndefined();
});

it('keeps a secret for one place and one purpose', () => {
  const secretKey = readSecretKey('ab'.repeat(32))!;
  const key = keyFor('configuration', secretKey);
  const kept = encryptAtRest(Buffer.from('secret'), key, 'ops API_TOKEN');
  expect(decryptAtRest(kept, key, 'ops API_TOKEN')?.toString()).toBe('secret');
  expect(decryptAtRest(kept, key, 'ops MOTTO')).toBeUndefined();
  expect(decryptAtRest(kept, key)).toBeUndefined();
  expect(decryptAtRest(kept, keyFor('store token', secretKey), 'ops API_TOKEN')).toBeUndefined();
  expect(decryptAtRest(kept, secretKey, 'ops API_TOKEN')).toBeUndefined();
});

describe('a store token', () => {
  const secretKey = Buffer.alloc(32, 7);
  const claims = {
    runId: 'r',
    executionId: 'e',
    bundle: 'ops',
    channel: 'slack/T1/C1',
    userId: 'u',
    expiresAt: 1_800_000_000_000,
  };

  it('says what it was made of', async () => {
    expect(await readStoreToken(await makeStoreToken(secretKey, claims), secretKey)).toEqual(claims);
  });

  it('is believed only with its key, unchanged and signed', async () => {
    const token = await makeStoreToken(secretKey, claims);
    expect(await readStoreToken(token, Buffer.alloc(32, 8))).toBeUndefined();
    expect(await readStoreToken('chq_something', secretKey)).toBeUndefined();
    const [head, body, mark] = token.split('.') as [string, string, string];
    const other = Buffer.from(JSON.stringify({ ...claims, bundle: 'hr' })).toString('base64url');
    expect(await readStoreToken([head, other, mark].join('.'), secretKey)).toBeUndefined();
    const none = Buffer.from(JSON.stringify({ alg: 'none' })).toString('base64url');
    expect(await readStoreToken([none, body, ''].join('.'), secretKey)).toBeUndefined();
  });
});

describe('an adapter’s token', () => {
  const token = makeAdapterToken('slack');
  const secret = readAdapterToken(token)!.secret;

  it('names the adapter, and is not taken for a relay’s', () => {
    expect(token).toMatch(/^chq-adapter\.slack\.[A-Za-z0-9_-]{43}$/);
    expect(readAdapterToken(`${token}\n`)?.adapter).toBe('slack');
    expect(readRelayToken(token)).toBeUndefined();
    expect(readAdapterToken(makeRelayToken('slack'))).toBeUndefined();
  });

  it('gives a key for each way: what is said cannot be passed off as an answer', async () => {
    const { messages, replies } = await adapterKeysOf('slack', secret);
    const sealed = seal(order, 'slack', 'from-adapter', messages);
    expect(open(sealed, 'slack', 'from-adapter', messages)).toEqual(order);
    expect(open(sealed, 'slack', 'to-adapter', messages)).toBeUndefined();
    expect(open(sealed, 'slack', 'from-adapter', replies)).toBeUndefined();
    expect(openWithAny(sealed, 'slack', 'from-adapter', [replies, messages])).toEqual(order);
    // The same secret in another's name gives other keys.
    const others = await adapterKeysOf('teams', secret);
    expect(open(sealed, 'slack', 'from-adapter', others.messages)).toBeUndefined();
  });

  it('hides rooms alike for the same room, and differently for another adapter', async () => {
    const keys = await adapterKeysOf('slack', secret);
    expect(hiddenKey('D024BE91L', keys)).toMatch(/^[A-Za-z0-9_-]{22}$/);
    expect(hiddenKey('D024BE91L', keys)).toBe(hiddenKey('D024BE91L', keys));
    expect(hiddenKey('D024BE91M', keys)).not.toBe(hiddenKey('D024BE91L', keys));
    const others = await adapterKeysOf('slack', readAdapterToken(makeAdapterToken('slack'))!.secret);
    expect(hiddenKey('D024BE91L', others)).not.toBe(hiddenKey('D024BE91L', keys));
  });
});
