import { afterEach, describe, expect, it, vi } from 'vitest';
import { tidyWhenIdle } from './tidy-when-idle.js';

describe('a process that tidies when idle', () => {
  afterEach(() => void vi.useRealTimers());

  it('lets go of garbage once nothing happens any more, and again after something has', async () => {
    vi.useFakeTimers({ toFake: ['setInterval'] });
    let steps = 0;
    tidyWhenIdle(() => steps);
    let garbage = heldWeakly();
    vi.advanceTimersByTime(5000);
    expect(garbage.deref()).toBeDefined();
    await nextTurn();
    vi.advanceTimersByTime(5000);
    expect(garbage.deref()).toBeUndefined();

    garbage = heldWeakly();
    await nextTurn();
    steps += 1;
    vi.advanceTimersByTime(10_000);
    expect(garbage.deref()).toBeUndefined();
  });
});

function heldWeakly(): WeakRef<object> {
  return new WeakRef({ made: 'for nothing' });
}

/** A weak reference that was looked at holds its object until the turn is over. */
function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
