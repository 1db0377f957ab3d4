import fc from 'fast-check';
import { expect, it } from 'vitest';
import { ExecutionState, isTerminal, nextState, transitions, type ExecutionEvent } from './index.js';

const events = [...new Set(transitions.map((row) => row.event))];

it('leads from waiting to every state', () => {
  const reached = new Set<string>(['waiting']);
  for (let before = -1; before !== reached.size;) {
    before = reached.size;
    for (const row of transitions) if (reached.has(row.from)) reached.add(row.to);
  }
  expect([...reached].toSorted()).toEqual([...ExecutionState.options].toSorted());
});

it('leaves no terminal state but lost', () => {
  expect(transitions.filter((row) => isTerminal(row.from)).map((row) => row.from)).toSatisfy(
    (from: string[]) => from.every((one) => one === 'lost'),
  );
});

it('settles on the first end whatever comes after, in any order and any number of times', () => {
  const happening = fc.record({
    event: fc.constantFrom<ExecutionEvent>(...events),
    who: fc.constantFrom('relay' as const, 'api' as const),
  });
  fc.assert(
    fc.property(fc.array(happening, { maxLength: 40 }), (happenings) => {
      let state: ExecutionState = 'accepted';
      let settled: ExecutionState | undefined;
      for (const { event, who } of happenings) {
        state = nextState(state, event, who) ?? state;
        if (settled !== undefined) expect(state).toBe(settled);
        if (isTerminal(state) && state !== 'lost') settled = state;
      }
    }),
  );
});

it('has one row for each thing that can happen', () => {
  const keys = transitions.map((row) => `${row.from} ${row.event} ${row.who}`);
  expect(new Set(keys).size).toBe(keys.length);
});

it('lets the API cancel by itself only what has not begun', () => {
  const alone = transitions.filter((row) => row.event === 'cancelled' && row.who === 'api');
  expect(alone.map((row) => row.from)).toEqual(['waiting', 'accepted']);
});

it('lets a relay confirm a cancellation of whatever it may have in hand', () => {
  for (const from of ['accepted', 'running', 'lost'] as const)
    expect(nextState(from, 'cancelled', 'relay')).toBe('cancelled');
});
