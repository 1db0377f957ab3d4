import type { ExecutionState } from '@chasqui/contracts';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { WaitsFor } from '../runs/run-row.js';
import { afterEnd, atOnce, type Next, type Sibling } from './after-end.js';

const siblings = (...states: ExecutionState[]): Sibling[] =>
  states.map((state, item) => ({ id: `e${item}`, item, state }));

it.each<[string, ExecutionState[], 'stop' | 'continue', Next]>([
  ['waits for what runs', ['succeeded', 'running'], 'stop', { kind: 'wait' }],
  ['orders the next', ['succeeded', 'running', 'waiting'], 'stop', { kind: 'order', ids: ['e2'] }],
  ['proceeds once all have succeeded', ['succeeded', 'succeeded'], 'stop', { kind: 'proceed', failed: 0 }],
  ['starts no other after a failure', ['failed', 'running', 'waiting'], 'stop', { kind: 'wait' }],
  [
    'fails once those under way are over',
    ['succeeded', 'failed', 'waiting'],
    'stop',
    { kind: 'failed', id: 'e1' },
  ],
  ['goes on after a failure if it may', ['failed', 'waiting'], 'continue', { kind: 'order', ids: ['e1'] }],
  ['proceeds without those that failed', ['failed', 'succeeded'], 'continue', { kind: 'proceed', failed: 1 }],
  ['fails if none succeeded', ['failed', 'refused'], 'continue', { kind: 'failed', id: 'e0' }],
  ['tells of what is lost first', ['failed', 'lost'], 'stop', { kind: 'failed', id: 'e1' }],
])('%s', (_, states, onError, next) => {
  expect(afterEnd(siblings(...states), onError)).toEqual(next);
});

it.each<[string, ExecutionState[], 'stop' | 'continue', Next]>([
  ['waits for what is being stopped', ['cancelled', 'running'], 'continue', { kind: 'wait' }],
  ['tells of what was cancelled', ['failed', 'cancelled'], 'stop', { kind: 'failed', id: 'e1' }],
  ['goes no further without it', ['succeeded', 'cancelled'], 'continue', { kind: 'failed', id: 'e1' }],
  ['tells of what is lost first', ['cancelled', 'lost'], 'continue', { kind: 'failed', id: 'e1' }],
  ['proceeds where all were faster', ['succeeded', 'succeeded'], 'stop', { kind: 'proceed', failed: 0 }],
])('once it is to be cancelled, %s', (_, states, onError, next) => {
  expect(afterEnd(siblings(...states), onError, true)).toEqual(next);
});

it.each<[string, Sibling[], 'stop' | 'continue', Next]>([
  ['waits for one that waits for a lock', queued('lock'), 'stop', { kind: 'wait' }],
  [
    'lets the others have their turn',
    [...queued('lock'), ...turn(1)],
    'stop',
    { kind: 'order', ids: ['t1'] },
  ],
  [
    'counts it as one that has had its turn',
    [...queued('lock', 'limit', 'relay', 'lock'), ...turn(4)],
    'stop',
    { kind: 'wait' },
  ],
  [
    'gives it up with the first that failed',
    [...queued('lock'), failed(1)],
    'stop',
    { kind: 'failed', id: 'f1' },
  ],
  [
    'waits for it where failures are no reason to stop',
    [...queued('lock'), failed(1)],
    'continue',
    { kind: 'wait' },
  ],
])('%s', (_, all, onError, next) => {
  expect(afterEnd(all, onError)).toEqual(next);
});

function queued(...what: WaitsFor[]): Sibling[] {
  return what.map((waitsFor, item) => ({ id: `q${item}`, item, state: 'waiting', waitsFor }));
}

function turn(item: number): Sibling[] {
  return [{ id: `t${item}`, item, state: 'waiting', waitsFor: 'turn' }];
}

function failed(item: number): Sibling {
  return { id: `f${item}`, item, state: 'failed' };
}

it('orders nothing once it is to be cancelled, and ends when what runs has', () => {
  const state = fc.constantFrom<ExecutionState>(
    'running',
    'accepted',
    'succeeded',
    'failed',
    'cancelled',
    'lost',
  );
  fc.assert(
    fc.property(fc.array(state, { minLength: 1, maxLength: 20 }), fc.boolean(), (states, stops) => {
      const next = afterEnd(siblings(...states), stops ? 'stop' : 'continue', true);
      const open = states.some((one) => one === 'running' || one === 'accepted');
      expect(next.kind === 'wait').toBe(open);
      expect(next.kind).not.toBe('order');
      if (!open && states.includes('cancelled')) expect(next.kind).toBe('failed');
    }),
  );
});

it('brings every stage to its end, with no more under way than may be', () => {
  const end = fc.constantFrom<ExecutionState>('succeeded', 'failed', 'timed-out', 'lost', 'expired');
  fc.assert(
    fc.property(fc.array(end, { minLength: 1, maxLength: 20 }), fc.boolean(), (ends, stops) => {
      const states: ExecutionState[] = ends.map((_, at) => (at < atOnce ? 'running' : 'waiting'));
      for (let round = 0; round <= ends.length * 2; round++) {
        const next = afterEnd(siblings(...states), stops ? 'stop' : 'continue');
        if (next.kind === 'failed' || next.kind === 'proceed') {
          expect(states).not.toContain('running');
          expect(next.kind === 'proceed').toBe(
            stops ? ends.every((one) => one === 'succeeded') : ends.includes('succeeded'),
          );
          return;
        }
        if (next.kind === 'order') for (const id of next.ids) states[Number(id.slice(1))] = 'running';
        expect(states.filter((state) => state === 'running').length).toBeLessThanOrEqual(atOnce);
        const running = states.indexOf('running');
        if (running >= 0) states[running] = ends[running]!;
      }
      expect.unreachable('it never ended');
    }),
  );
});
