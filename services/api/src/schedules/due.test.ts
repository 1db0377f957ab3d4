import { describe, expect, it } from 'vitest';
import { due, missedAfterMs } from './due.js';
import type { Missed } from './schedule.js';

const at = (text: string) => Date.parse(`2026-11-23T${text}:00Z`);
const hourly = { cron: '0 * * * *', zone: 'UTC' };
const schedule = (missed: Missed, nextAt: number, askedAt?: number) => ({
  timetable: hourly,
  missed,
  nextAt,
  askedAt,
});

describe('what is due', () => {
  it.each(['skip', 'once'] as const)('fires, and is due again by its timetable (%s)', (missed) => {
    expect(due(schedule(missed, at('09:00')), at('09:00') + 400)).toEqual({
      fire: { dueAt: at('09:00'), late: false, byHand: false },
      nextAt: at('10:00'),
    });
  });

  it('fires a little late where it is a little late', () => {
    const { fire } = due(schedule('skip', at('09:00')), at('09:00') + missedAfterMs);
    expect(fire).toEqual({ dueAt: at('09:00'), late: false, byHand: false });
  });

  it('is left out where nobody was there, however often that was', () => {
    expect(due(schedule('skip', at('09:00')), at('12:30'))).toEqual({ nextAt: at('13:00') });
  });

  it('is made up for once, however often it was missed, where it says so', () => {
    expect(due(schedule('once', at('09:00')), at('12:30'))).toEqual({
      fire: { dueAt: at('09:00'), late: true, byHand: false },
      nextAt: at('13:00'),
    });
  });

  it('by hand fires besides, and leaves the timetable as it is', () => {
    expect(due(schedule('skip', at('10:00'), at('09:20')), at('09:20'))).toEqual({
      fire: { dueAt: at('09:20'), late: false, byHand: true },
      nextAt: at('10:00'),
    });
  });

  it('is never due again where its timetable is over', () => {
    const never = { cron: '0 0 31 12 *', zone: 'UTC' };
    expect(
      due(
        { ...schedule('skip', 0), timetable: never, nextAt: Date.parse('9999-12-31T00:00Z') },
        Date.parse('9999-12-31T00:00Z'),
      ),
    ).toMatchObject({ nextAt: undefined });
  });
});
