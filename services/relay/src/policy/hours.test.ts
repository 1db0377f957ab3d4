import { describe, expect, it } from 'vitest';
import { HoursInFile, whenNext } from './hours.js';

const at = (hours: object, time: string) => whenNext(HoursInFile.parse(hours), Date.parse(time));

describe('hours', () => {
  const office = { zone: 'Europe/Berlin', 'mon-fri': '08:00-18:00' };

  it.each([
    ['2026-01-05T06:59:59Z', { now: 'mon 07:59', next: 'mon 08:00' }],
    ['2026-01-05T07:00:00Z', undefined],
    ['2026-01-05T16:59:59Z', undefined],
    ['2026-01-05T17:00:00Z', { now: 'mon 18:00', next: 'tue 08:00' }],
    ['2026-01-09T20:00:00Z', { now: 'fri 21:00', next: 'mon 08:00' }],
    ['2026-01-11T12:00:00Z', { now: 'sun 13:00', next: 'mon 08:00' }],
    // In summer Berlin is another hour ahead.
    ['2026-07-06T06:00:00Z', undefined],
    ['2026-07-06T16:00:00Z', { now: 'mon 18:00', next: 'tue 08:00' }],
  ])('of an office in Berlin at %s: %o', (time, next) => {
    expect(at(office, time)).toEqual(next);
  });

  it.each([
    // 2026-03-29: 02:00 becomes 03:00. 2026-10-25: 03:00 becomes 02:00.
    ['2026-03-29T00:59:00Z', { now: 'sun 01:59', next: 'sun 02:00' }],
    ['2026-03-29T01:00:00Z', { now: 'sun 03:00', next: 'sun 02:00' }],
    ['2026-10-25T00:30:00Z', undefined],
    ['2026-10-25T01:30:00Z', undefined],
    ['2026-10-25T02:00:00Z', { now: 'sun 03:00', next: 'sun 02:00' }],
  ])('between two and three at night, on the day that clocks change, at %s: %o', (time, next) => {
    expect(at({ zone: 'Europe/Berlin', sun: '02:00-03:00' }, time)).toEqual(next);
  });

  it.each([
    ['2026-01-09T22:00:00Z', undefined],
    ['2026-01-10T05:59:00Z', undefined],
    ['2026-01-10T06:00:00Z', { now: 'sat 06:00', next: 'fri 22:00' }],
    ['2026-01-08T23:00:00Z', { now: 'thu 23:00', next: 'fri 22:00' }],
  ])('that go on past midnight, at %s: %o', (time, next) => {
    expect(at({ fri: '22:00-06:00' }, time)).toEqual(next);
  });

  it.each([
    ['sun-mon', '2026-01-11T12:00:00Z', true],
    ['sun-mon', '2026-01-12T12:00:00Z', true],
    ['sun-mon', '2026-01-13T12:00:00Z', false],
    ['mon-sun', '2026-01-13T23:59:59Z', true],
  ])('on %s hold at %s: %s', (days, time, holds) => {
    expect(at({ [days]: '00:00-24:00' }, time) === undefined).toBe(holds);
  });

  it('may be several of a day', () => {
    const hours = { mon: ['08:00-12:00', '13:00-17:00'] };
    expect(at(hours, '2026-01-05T12:30:00Z')).toEqual({ now: 'mon 12:30', next: 'mon 13:00' });
    expect(at(hours, '2026-01-05T13:30:00Z')).toBeUndefined();
  });
});
