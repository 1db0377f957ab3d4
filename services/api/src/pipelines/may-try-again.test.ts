import type { Outcome, Refused } from '@chasqui/contracts';
import { describe, expect, it } from 'vitest';
import { endOf, expired, lost, relayRevoked, type End } from '../runs/end-of.js';
import type { OpenExecution } from '../runs/open-execution.js';
import { isTooLate, mayTryAgain } from './may-try-again.js';

const ofExecution = { relay: 'fra-1', runId: 'r', executionId: 'e', attempt: 1, at: 0 };
const output = { epoch: 0, chunks: [], outputBytes: 0, droppedBytes: 0, durationMs: 0 };
const finished = (outcome: Outcome) => endOf({ kind: 'finished', ...ofExecution, ...output, outcome });
const refused = (code: Refused['code']) => endOf({ kind: 'refused', ...ofExecution, code, detail: '' });
const notStarted = (code: string) => finished({ kind: 'not-started', code, detail: '' });

/** An execution of a command that says this of itself. */
function execution(command: object, attempt = 1): OpenExecution {
  const plan = { stages: [{ kind: 'command', command }], targets: [] };
  return { plan, stage: 0, attempt } as unknown as OpenExecution;
}

const relayFailed: [string, End][] = [
  ['its relay was lost', lost(0)],
  ['its relay was revoked', relayRevoked()],
  ['its relay restarted while it ran', finished({ kind: 'unknown', detail: '' })],
  ['nobody started it in time', expired(0)],
  ['it came too late to its relay', refused('order-late')],
  ['its relay is stopping', refused('relay-stopping')],
  ["its relay's journal is full", refused('journal-full')],
  ['its relay has no engine', refused('no-driver')],
  ['its engine does not answer', notStarted('engine-unavailable')],
];
const itsOwn: [string, End][] = [
  ['it succeeded', finished({ kind: 'exited', exitCode: 0 })],
  ['it failed', finished({ kind: 'exited', exitCode: 1 })],
  ['it was killed', finished({ kind: 'exited', exitCode: 137 })],
  ['it took too long', finished({ kind: 'timed-out' })],
  ['it was cancelled', finished({ kind: 'cancelled' })],
  ['it took too much memory', finished({ kind: 'out-of-memory', exitCode: 137 })],
  ['its image cannot be had', notStarted('image-unavailable')],
  ['its program is not there', notStarted('executable-missing')],
  ['the policy is against it', refused('policy')],
  ['it was cancelled before', refused('cancelled')],
];

describe('what may be tried again', () => {
  it.each(relayFailed)('a read, because %s', (_, end) =>
    expect(mayTryAgain(execution({ effect: 'read' }), end)).toBe(true),
  );
  it.each(itsOwn)('nothing, because %s', (_, end) =>
    expect(mayTryAgain(execution({ effect: 'idempotent', retries: 5 }), end)).toBe(false),
  );
  it.each(relayFailed)('no write, although %s', (_, end) => {
    expect(mayTryAgain(execution({ effect: 'write' }), end)).toBe(false);
    // Whatever stands in a plan.
    expect(mayTryAgain(execution({ effect: 'write', retries: 5 }), end)).toBe(false);
    expect(mayTryAgain(execution({ retries: 5 }), end)).toBe(false);
    expect(mayTryAgain(execution({ effect: 'sometimes', retries: 5 }), end)).toBe(false);
  });
  it('as often as the command says, and once where it does not', () => {
    const attempts = (command: object) =>
      [1, 2, 3, 4, 5, 6].filter((attempt) => mayTryAgain(execution(command, attempt), lost(0)));
    expect(attempts({ effect: 'read' })).toEqual([1]);
    expect(attempts({ effect: 'idempotent' })).toEqual([1]);
    expect(attempts({ effect: 'read', retries: 0 })).toEqual([]);
    expect(attempts({ effect: 'idempotent', retries: 5 })).toEqual([1, 2, 3, 4, 5]);
  });
  it('nothing whose plan is not there', () =>
    expect(mayTryAgain({ stage: 0, attempt: 1 } as OpenExecution, lost(0))).toBe(false));
});

it('it is too late once the attempt could not be at work any more', () => {
  const open = { startBy: 1_000, timeoutMs: 500 };
  expect(isTooLate(open, 1_600, 100)).toBe(false);
  expect(isTooLate(open, 1_601, 100)).toBe(true);
});
