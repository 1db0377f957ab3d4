import { describe, expect, it } from 'vitest';
import { fanOutTable, lastLine, type FanOutTargetView } from './render-fan-out.js';
import { fanOutEnded, fanOutRunning } from './wording/fan-out.js';

const now = Date.parse('2026-11-22T13:00:00Z');
const view = (targets: readonly FanOutTargetView[]) => ({
  runId: 'r1',
  targets,
  leftOut: [],
  leftOutInAll: 0,
  now,
});

describe('the table of a fan-out', () => {
  it('has a row for each relay: how it stands, how long, and the last line of what it said', () => {
    const targets: FanOutTargetView[] = [
      {
        relay: 'a',
        state: 'succeeded',
        startedAt: now - 2_500,
        finishedAt: now - 500,
        exitCode: 0,
        tail: 'x\ny\n\n',
      },
      { relay: 'b', state: 'running', startedAt: now - 2_500, tail: '50 %\r100 %' },
      { relay: 'c', state: 'accepted' },
      { relay: 'd', state: 'waiting', waitsFor: 'wave' },
      { relay: 'e', state: 'waiting', waitsFor: 'lock' },
      { relay: 'f', state: 'lost', startedAt: now - 60_000, finishedAt: now, said: 'f has not been heard' },
      { relay: 'g', state: 'cancelled' },
    ];
    expect(fanOutTable(view(targets))).toEqual([
      {
        kind: 'table',
        columns: ['relay', 'state', 'took', 'exit code', 'said'],
        rows: [
          ['a', 'succeeded', '2 s', '0', 'y'],
          ['b', 'running', '2 s', '', '100 %'],
          ['c', 'ordered', '', '', ''],
          ['d', 'waiting', '', '', ''],
          ['e', 'waiting (lock)', '', '', ''],
          ['f', 'lost', '60 s', '', 'f has not been heard'],
          ['g', 'not started', '', '', ''],
        ],
      },
    ]);
  });

  it('shows of very many those first that went wrong or are at work, in their order', () => {
    const targets = Array.from({ length: 300 }, (_, n) => ({
      relay: `r-${String(n).padStart(3, '0')}`,
      state: n === 250 ? 'failed' : n === 299 ? 'running' : 'succeeded',
    }));
    const [table, more] = fanOutTable(view(targets));
    const { rows } = table as { rows: string[][] };
    expect(rows).toHaveLength(50);
    expect(rows.slice(-2).map(([relay]) => relay)).toEqual(['r-250', 'r-299']);
    expect((more as { text: string }).text).toBe('… and 250 more: chasqui runs show r1');
  });

  it('names those that were left out, but for protected ones', () => {
    const leftOut = [
      { relay: 'a', why: 'offline', since: Date.parse('2026-11-22T12:03:00Z') },
      { relay: 'b', why: 'draining', since: Date.parse('2026-11-22T12:05:00Z'), note: 'kernel update' },
      { relay: 'c', why: 'no-driver' },
      { relay: 'd', why: 'rules' },
      { why: 'protected' },
    ];
    const blocks = fanOutTable({ ...view([]), leftOut, leftOutInAll: 7 });
    expect(blocks.at(-1)).toMatchObject({
      text:
        'left out: a is offline since 12:03 UTC; b is draining since 12:05 UTC (kernel update); c has no driver for it; ' +
        'd is kept out by a rule; 1 protected, which you may not use; 2 more',
    });
  });
});

it('says how far it is, and when it goes on', () => {
  const progress = { command: 'ops:x', runId: 'r1', done: 3, targets: 8, wave: 2, waves: 3, now };
  expect(fanOutRunning(progress)).toBe('ops:x: wave 2 of 3, 3 of 8 relays done, run r1');
  expect(fanOutRunning({ ...progress, nextAt: now + 29_001 })).toContain('; next wave in 30 s, run');
  expect(fanOutRunning({ ...progress, waves: 1 })).toBe('ops:x: 3 of 8 relays done, run r1');
});

it('says how it came out, and what to type next', () => {
  const end = { command: 'ops:x', runId: 'r1', targets: 8, failed: 0, notStarted: 0 };
  expect(fanOutEnded(end)).toBe('ops:x: all 8 relays succeeded, run r1');
  expect(fanOutEnded({ ...end, targets: 1 })).toBe('ops:x: the one relay succeeded, run r1');
  expect(fanOutEnded({ ...end, failed: 1, notStarted: 5, allowed: 0 })).toBe(
    'ops:x: 2 of 8 relays succeeded, 1 did not and 5 were not started. no further wave was started because none may fail. ' +
      'to run those that did not succeed: again r1 --failed',
  );
});

it.each([
  [undefined, undefined],
  ['\n \n', undefined],
  ['one\n  two  words \n', 'two words'],
  ['\u001b[31mred\u001b[0m', 'red'],
  ['x'.repeat(100), `${'x'.repeat(79)}…`],
])('the last line of %j is %j', (text, line) => expect(lastLine(text)).toBe(line));
