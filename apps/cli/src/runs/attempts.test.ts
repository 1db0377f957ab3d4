import { expect, it } from 'vitest';
import type { Run } from './run-shapes.js';
import { againLine, attemptLines } from './attempts.js';

const run = (executions: Run['executions']) => ({ executions }) as Run;
const lost = { id: 'e1', relay: 'fra-1', attempt: 1, stage: 0, item: 0, status: 'lost' } as const;
const second = { ...lost, id: 'e2', relay: 'fra-2', attempt: 2, status: 'succeeded', exitCode: 0 } as const;

it('tells nothing of what was tried once', () => {
  expect(attemptLines(run([lost]))).toEqual([]);
  expect(againLine(run([lost]), 'e1')).toBeUndefined();
});

it('tells each attempt at what was tried again, and of nothing else', () => {
  const other = { ...lost, id: 'e3', item: 1 };
  expect(attemptLines(run([lost, second, other]))).toEqual([
    'attempt 1 on fra-1: lost',
    'attempt 2 on fra-2: succeeded, exit code 0',
  ]);
});

it('tells while it runs which attempt prints now, and why', () =>
  expect(againLine(run([lost, second]), 'e2')).toBe(
    'attempt 1 on fra-1 ended as lost; attempt 2 runs on fra-2, and what it prints begins anew',
  ));

it('tells what was said against the end that stands', () => {
  const late = [{ status: 'failed', exitCode: 9, reportedAt: '2026-11-22T10:00:00.000Z' }] as const;
  expect(attemptLines(run([{ ...second, attempt: 1, late }]))).toEqual([
    'at 2026-11-22T10:00:00.000Z fra-2 said: failed, exit code 9; the first end stands: succeeded, exit code 0',
  ]);
});
