import { keysOf, seal, type RelayKeys } from '@chasqui/sealing';
import { expect, it } from 'vitest';
import { KeyRing, type Held } from './key-ring.js';

const held = async (n: number, more: Partial<Held<RelayKeys>> = {}): Promise<Held<RelayKeys>> => ({
  n,
  keys: await keysOf('fra-1', Buffer.alloc(32, n)),
  createdAt: n,
  ...more,
});
const [old, fresh] = [await held(1), await held(2)];
const reports = (keys: RelayKeys) => keys.reports;
const report = ({ keys }: Held<RelayKeys>) => seal({ hello: 1 }, 'fra-1', 'from-relay', keys.reports);

it('seals with the newest token until it knows better, and then with the one that is used', async () => {
  const ring = new KeyRing('fra-1', [{ ...old, until: 1_000 }, fresh]);
  expect(ring.inUse(0)?.n).toBe(2);
  expect(ring.open(report(old), 'from-relay', reports, 10)).toMatchObject({
    message: { hello: 1 },
  });
  expect(ring.inUse(20)?.n).toBe(1);
  ring.open(report(fresh), 'from-relay', reports, 30);
  expect(ring.inUse(40)?.n).toBe(2);
  expect(ring.held).toMatchObject([
    { n: 2, usedSince: 30 },
    { n: 1, usedSince: 10, usedAt: 10 },
  ]);
});

it('takes a token no longer than it goes on, and says that this was it', async () => {
  const ring = new KeyRing('fra-1', [{ ...old, until: 1_000, usedAt: 999 }, fresh]);
  expect(ring.open(report(old), 'from-relay', reports, 1_000)).toBe('expired-token');
  expect(ring.inUse(1_000)?.n).toBe(2);
  expect(ring.open(report(await held(3)), 'from-relay', reports, 0)).toBe('wrong-token');
  expect(new KeyRing('fra-1', []).inUse(0)).toBeUndefined();
});

it('remembers what is used when it is read again, which the database learns later', async () => {
  const before = new KeyRing('fra-1', [old]);
  before.open(report(old), 'from-relay', reports, 500);
  const after = new KeyRing('fra-1', [{ ...old, until: 9_000 }, fresh], before);
  expect(after.inUse(600)).toMatchObject({ n: 1, usedAt: 500, until: 9_000 });
});
