import { expect, it } from 'vitest';
import type { Driver } from '../drivers/driver.js';
import { workOf } from '../drivers/work.fixture.js';
import { execute, type Job } from './execute.js';
import { orderOf } from './order.fixture.js';
import type { Reports } from './reports.js';

const reports = { send: async () => true } as unknown as Reports;
const keep = async () => ({ lengths: [], output: 0, files: [], notKept: [] });
const executing = { relay: 'fra-1', reports, apiNow: Date.now, onStarted: () => undefined, keep };

/** A driver that takes its time before it starts, and then runs until it is stopped. */
function slowToStart(startsAfterMs: number): Driver {
  const run: Driver['run'] = async (_work, watch, signal) => {
    await new Promise((resolve) => setTimeout(resolve, startsAfterMs));
    if (signal.aborted)
      return { kind: 'not-started', code: 'engine-unavailable', detail: 'stopped before it was started' };
    watch.started('handle');
    if (!signal.aborted)
      await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
    return { kind: 'cancelled' };
  };
  return {
    name: 'docker',
    available: async () => true,
    run,
    adopt: (work, _, watch, signal) => run(work, watch, signal),
    forget: async () => undefined,
  };
}

const jobOf = (over: Partial<Job>, timeoutMs: number): Job => ({
  order: orderOf(),
  plan: { driver: slowToStart(200), work: workOf(), timeoutMs },
  epoch: 0,
  ...over,
});

it('counts the time of a command from when it was started, not from when its image was asked for', async () => {
  const { report } = await execute(jobOf({}, 100), new AbortController(), executing);
  expect(report.outcome).toEqual({ kind: 'timed-out' });
});

it('counts the time of an adopted command from when it was first started', async () => {
  const adopted = { handle: 'handle', startedAt: Date.now() - 3_600_000 };
  const { report } = await execute(jobOf({ adopted, epoch: 1 }, 3_600_000), new AbortController(), executing);
  expect(report.outcome).toEqual({ kind: 'timed-out' });
  expect(report.durationMs).toBeGreaterThanOrEqual(3_600_000);
});

it('says that it was cancelled when that is why it was stopped', async () => {
  const stop = new AbortController();
  const ended = execute(jobOf({}, 60_000), stop, { ...executing, onStarted: () => stop.abort('cancelled') });
  expect((await ended).report.outcome).toEqual({ kind: 'cancelled' });
});
