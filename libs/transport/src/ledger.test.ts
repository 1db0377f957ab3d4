import { describe, expect, it } from 'vitest';
import { Ledger } from './ledger.js';

describe('what may be committed', () => {
  it('is everything before the first message that is not over', () => {
    const ledger = new Ledger();
    for (const offset of [10, 11, 12]) expect(ledger.begin(offset)).toBe(true);
    expect(ledger.due()).toBeUndefined();
    ledger.end(11);
    expect(ledger.due()).toBeUndefined();
    ledger.end(10);
    expect(ledger.due()).toBe(12);
    ledger.end(12);
    expect(ledger.due()).toBe(13);
    ledger.committed(13);
    expect(ledger.due()).toBeUndefined();
  });

  it('is not begun again when the broker sends it again', () => {
    const ledger = new Ledger();
    for (const offset of [10, 11]) ledger.begin(offset);
    ledger.end(11);
    expect([10, 11, 12].map((offset) => ledger.begin(offset))).toEqual([false, false, true]);
  });

  it('begins anew where the topic does, or where an operator set the group back', () => {
    const ledger = new Ledger();
    for (const offset of [10, 11]) ledger.begin(offset);
    ledger.end(10);
    ledger.committed(11);
    expect(ledger.begin(0)).toBe(true);
    expect(ledger.open).toBe(1);
    ledger.end(0);
    expect(ledger.due()).toBe(1);
  });
});
