import { isRefusal } from '@chasqui/contracts';
import { describe, expect, it } from 'vitest';
import {
  faultOf,
  firingsAfter,
  nextAfter,
  readTimetable,
  writeTimetable,
  type Timetable,
} from './timetable.js';

function read(text: string): Timetable {
  const timetable = readTimetable(text);
  if (isRefusal(timetable)) throw new Error(JSON.stringify(timetable.facts));
  return timetable;
}

/** The first firings behind a time, in UTC, without seconds. */
function firings(text: string, after: string, most = 3): string[] {
  return firingsAfter(read(text), Date.parse(after), most).map((at) =>
    new Date(at).toISOString().slice(0, 16),
  );
}

const winter = Date.parse('2026-11-20T12:00:00Z');

describe('a timetable', () => {
  it.each([
    ['0 9 * * mon-fri Europe/Berlin', '0 9 * * mon-fri Europe/Berlin'],
    ['  0  9 * *  MON-FRI   europe/berlin ', '0 9 * * mon-fri Europe/Berlin'],
    ['*/5 * * * *', '*/5 * * * * UTC'],
    ['@daily Asia/Kolkata', '@daily Asia/Kolkata'],
    ['@hourly', '@hourly UTC'],
    ['0 9 L * * UTC', '0 9 l * * UTC'],
  ])('%s is read as %s', (text, written) => {
    expect(writeTimetable(read(text))).toBe(written);
    expect(read(written)).toEqual(read(text));
  });

  it.each([
    ['', { fault: 'fields' }],
    ['0 9 * *', { fault: 'fields' }],
    ['0 0 9 * * mon-fri Europe/Berlin', { fault: 'fields' }],
    ['61 9 * * *', { fault: 'field', field: 'minute', text: '61' }],
    ['0 24 * * *', { fault: 'field', field: 'hour', text: '24' }],
    ['0 9 1-40 * *', { fault: 'field', field: 'day of the month', text: '1-40' }],
    ['0 9 * 13 *', { fault: 'field', field: 'month', text: '13' }],
    ['0 9 * * montag', { fault: 'field', field: 'day of the week', text: 'montag' }],
    ['5/5 * * * *', { fault: 'field', field: 'minute' }],
    ['@fortnightly', { fault: 'nickname', text: '@fortnightly' }],
    ['@reboot', { fault: 'nickname' }],
    ['0 9 * * mon-fri Europe/Berln', { fault: 'zone', suggestion: 'Europe/Berlin' }],
    ['0 9 * * mon-fri +01:00', { fault: 'zone' }],
    [`${'1,'.repeat(200)}1 9 * * *`, { fault: 'fields' }],
  ])('%s is none', (text, facts) => {
    expect(readTimetable(text)).toMatchObject({ kind: 'refusal', code: 'bad-schedule', facts });
  });

  it('that never comes, or comes too often, is said to', () => {
    expect(faultOf(read('0 0 30 2 *'), winter, 60_000)).toMatchObject({ facts: { fault: 'never' } });
    expect(faultOf(read('0 0 29 2 *'), winter, 60_000)).toBeUndefined();
    expect(faultOf(read('*/5 * * * *'), winter, 300_000)).toBeUndefined();
    expect(faultOf(read('*/5 * * * *'), winter, 600_000)).toMatchObject({
      facts: { fault: 'too-often', apartMs: 300_000, shortestMs: 600_000 },
    });
    // Five minutes apart once a day is as much too often.
    expect(faultOf(read('0,5 9 * * *'), winter, 600_000)).toMatchObject({ facts: { apartMs: 300_000 } });
  });

  it('comes behind the time that is given, never at it', () => {
    const nine = Date.parse('2026-11-23T08:00:00Z');
    expect(nextAfter(read('0 9 * * mon-fri Europe/Berlin'), nine - 1)).toBe(nine);
    expect(nextAfter(read('0 9 * * mon-fri Europe/Berlin'), nine)).toBe(nine + 24 * 3_600_000);
  });
});

describe('where clocks are changed', () => {
  it('nine o’clock stays nine o’clock', () => {
    expect(firings('0 9 * * * Europe/Berlin', '2026-03-28T00:00Z')).toEqual([
      '2026-03-28T08:00',
      '2026-03-29T07:00',
      '2026-03-30T07:00',
    ]);
    expect(firings('0 9 * * * Europe/Berlin', '2026-10-24T00:00Z')).toEqual([
      '2026-10-24T07:00',
      '2026-10-25T08:00',
      '2026-10-26T08:00',
    ]);
  });

  it.each([
    // 02:00 to 03:00 is skipped on this day: it fires at 03:00, which is 01:00 UTC, once.
    ['30 2 * * * Europe/Berlin', '2026-03-28T12:00Z', ['2026-03-29T01:00', '2026-03-30T00:30']],
    ['0,30 2 * * * Europe/Berlin', '2026-03-28T12:00Z', ['2026-03-29T01:00', '2026-03-30T00:00']],
    // Half an hour is skipped on Lord Howe Island: 02:15 comes at 02:30 there.
    ['15 2 * * * Australia/Lord_Howe', '2026-10-03T12:00Z', ['2026-10-03T15:30', '2026-10-04T15:15']],
  ])('%s fires once behind a time that there is not', (text, after, expected) => {
    expect(firings(text, after, expected.length)).toEqual(expected);
  });

  it.each([
    // 02:00 to 03:00 comes twice on this day, first at 00:00 UTC.
    ['30 2 * * * Europe/Berlin', '2026-10-24T12:00Z', ['2026-10-25T00:30', '2026-10-26T01:30']],
    ['15 2,3 * * * Europe/Berlin', '2026-10-24T12:00Z', ['2026-10-25T00:15', '2026-10-25T02:15']],
    // 01:30 to 02:00 comes twice there.
    ['45 1 * * * Australia/Lord_Howe', '2026-04-04T00:00Z', ['2026-04-04T14:45', '2026-04-05T15:15']],
  ])('%s fires once at a time that comes twice', (text, after, expected) => {
    expect(firings(text, after, expected.length)).toEqual(expected);
  });

  it('what is written as a pace goes on by the clock on the wall', () => {
    const gap = ['2026-03-29T00:30', '2026-03-29T01:00', '2026-03-29T01:30'];
    expect(firings('*/30 * * * * Europe/Berlin', '2026-03-29T00:00Z')).toEqual(gap);
    const twice = ['2026-10-25T00:30', '2026-10-25T01:00', '2026-10-25T01:30', '2026-10-25T02:00'];
    expect(firings('*/30 * * * * Europe/Berlin', '2026-10-25T00:00Z', 4)).toEqual(twice);
    // Its hour is not on the clock on that day.
    expect(firings('*/30 2 * * * Europe/Berlin', '2026-03-28T12:00Z', 1)).toEqual(['2026-03-30T00:00']);
  });
});

it('knows zones of half an hour', () => {
  expect(firings('0 9 * * mon-fri Asia/Kolkata', '2026-11-20T12:00Z', 2)).toEqual([
    '2026-11-23T03:30',
    '2026-11-24T03:30',
  ]);
  expect(firings('0 9 * * * Asia/Kathmandu', '2026-11-20T12:00Z', 1)).toEqual(['2026-11-21T03:15']);
});
