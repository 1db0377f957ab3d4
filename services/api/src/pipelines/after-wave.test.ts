import { isTerminal, type ExecutionState } from '@chasqui/contracts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { waveOf } from '../commands/fan-out.js';
import { afterWave, type WaveMember } from './after-wave.js';

const each = { waves: [1, 2], maxFailures: 0, pauseMs: 0 };
/** `+` succeeded, `-` failed, `r` running, `w` its wave has not begun, `l` waits for a lock. */
const members = (states: string, notBefore?: number): WaveMember[] =>
  Array.from(states, (state, item) => ({
    id: `e${item}`,
    item,
    state: letters[state]!,
    ...(state === 'w' && { waitsFor: 'wave', ...(notBefore !== undefined && { notBefore }) }),
    ...(state === 'l' && { waitsFor: 'lock' }),
  }));
const letters: Record<string, ExecutionState> = {
  '+': 'succeeded',
  '-': 'failed',
  '?': 'lost',
  r: 'running',
  w: 'waiting',
  l: 'waiting',
};

describe('what is next', () => {
  it.each([
    ['rww', { kind: 'wait' }],
    ['lww', { kind: 'wait' }],
    ['+ww', { kind: 'order', ids: ['e1', 'e2'] }],
    ['-ww', { kind: 'stop', ids: ['e1', 'e2'] }],
    ['?ww', { kind: 'stop', ids: ['e1', 'e2'] }],
    ['+-r', { kind: 'wait' }],
    ['+-?', { kind: 'over', failed: 2 }],
    ['+++', { kind: 'over', failed: 0 }],
  ])('after %s', (states, next) => expect(afterWave(members(states), each, 0)).toEqual(next));

  it('is a pause, where there is one, and the wave once that is over', () => {
    const slow = { ...each, pauseMs: 100 };
    expect(afterWave(members('+ww'), slow, 7)).toEqual({ kind: 'pause', ids: ['e1', 'e2'], until: 107 });
    expect(afterWave(members('+ww', 107), slow, 106)).toEqual({ kind: 'wait' });
    expect(afterWave(members('+ww', 107), slow, 107)).toEqual({ kind: 'order', ids: ['e1', 'e2'] });
  });

  it('is nothing more of a run that is to be cancelled, also while some of it runs', () => {
    expect(afterWave(members('rww'), each, 0, true)).toEqual({ kind: 'stop', ids: ['e1', 'e2'] });
    expect(afterWave(members('+ww', 99), each, 0, true)).toEqual({ kind: 'stop', ids: ['e1', 'e2'] });
  });
});

it('begins wave after wave, none of them before the one ahead has ended, and none after too many failures', () => {
  const plan = fc.record({
    waves: fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 6 }),
    maxFailures: fc.integer({ min: 0, max: 4 }),
    pauseMs: fc.constantFrom(0, 10),
  });
  fc.assert(
    fc.property(plan, fc.infiniteStream(fc.nat()), (fanOut, choices) => {
      const count = fanOut.waves.reduce((sum, one) => sum + one, 0);
      const all = Array.from({ length: count }, (_, item): WaveMember => {
        const begun = waveOf(fanOut, item) === 0;
        return { id: `e${item}`, item, state: begun ? 'accepted' : 'waiting', ...(!begun && wave) };
      });
      const put = (ids: readonly string[], more: Partial<WaveMember>) => {
        for (const [at, member] of all.entries())
          if (ids.includes(member.id)) all[at] = { ...member, ...more };
      };
      let now = 0;
      for (let step = 0; ; step++) {
        expect(step).toBeLessThan(200);
        now += 1;
        const next = afterWave(all, fanOut, now);
        const open = all.filter(({ state }) => state === 'accepted');
        const failed = all.filter(({ state }) => state === 'failed').length;
        if (next.kind === 'over') break;
        if (next.kind === 'order') {
          expect(open).toEqual([]);
          expect(failed).toBeLessThanOrEqual(fanOut.maxFailures);
          put(next.ids, { state: 'accepted', waitsFor: undefined });
        } else if (next.kind === 'pause') {
          expect(next.until).toBe(now + fanOut.pauseMs);
          put(next.ids, { notBefore: next.until });
        } else if (next.kind === 'stop') {
          expect(failed).toBeGreaterThan(fanOut.maxFailures);
          put(next.ids, { state: 'cancelled' });
        } else if (open.length > 0) {
          const choice = choices.next().value;
          put([open[choice % open.length]!.id], { state: choice % 3 === 0 ? 'failed' : 'succeeded' });
        }
      }
      expect(all.every(({ state }) => isTerminal(state))).toBe(true);
      const started = all.map(({ state }) => state !== 'cancelled');
      expect(started).toEqual(started.toSorted((a, b) => Number(b) - Number(a)));
    }),
  );
});

const wave = { waitsFor: 'wave' } as const;
