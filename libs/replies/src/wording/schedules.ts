import { clock, count, duration } from './amounts.js';
import type { ReadFacts } from './read-facts.js';

/** A schedule cannot be as it is wanted, or not be touched by whoever wants to. */
export const scheduleRefusals = {
  'bad-schedule': (facts: ReadFacts) => {
    const text = facts.text('text') ?? '';
    switch (facts.text('fault')) {
      case 'fields':
        return `"${text}" is no time: write minute, hour, day of the month, month and day of the week, and a time zone, like '0 9 * * mon-fri Europe/Berlin'`;
      case 'nickname':
        return `there is no ${text}; @hourly, @daily, @weekly, @monthly and @yearly there are, with a time zone behind them`;
      case 'field': {
        const field = facts.text('field') ?? '';
        return `"${text}" is no ${field}: ${fieldWords[field] ?? 'write a number or *'}. a list is 1,2, a range 1-5, every second one */2`;
      }
      case 'zone': {
        const suggestion = facts.text('suggestion');
        return `there is no time zone "${text}"; ${suggestion ? `did you mean ${suggestion}?` : 'write one like Europe/Berlin, or UTC'}`;
      }
      case 'never':
        return `"${text}" never comes: there is no such day; write another`;
      case 'too-often':
        return `that is every ${duration(facts.number('apartMs') ?? 0)}, and schedules here may be ${duration(facts.number('shortestMs') ?? 0)} apart at least; write a longer one`;
      case 'missed':
        return `--missed is skip or once, not "${text}"`;
      case 'name':
        return `"${text}" cannot be the name of a schedule: take letters, digits, dots and dashes, beginning with a letter, at most 63`;
      case 'recalls':
        return 'a schedule keeps a line, not a reference to one that was said before: write the line out';
      case 'built-in':
        return `${text} is not for a schedule; say it yourself`;
      case 'line':
        return `the line is longer than a schedule can keep; give it a name with alias set, and schedule that`;
      default:
        return 'this schedule cannot be made; "help schedule" tells how they are written';
    }
  },
  'no-schedule': (facts: ReadFacts) =>
    `there is no schedule ${facts.text('name') ?? 'of that name'} that you may see${facts.text('suggestion') ? `; did you mean ${facts.text('suggestion')}?` : '; "schedule list" shows those there are'}`,
  'schedule-taken': (facts: ReadFacts) =>
    `there is a schedule ${facts.text('name') ?? 'of that name'} already; take another with --name, or remove that one`,
  'too-many-schedules': (facts: ReadFacts) =>
    `you have ${count(facts.number('most') ?? 0, 'schedule')}, which is as many as one may have; remove one first`,
  'schedule-secret': () =>
    'this line has a secret in it, and a schedule is kept as it is written; put the secret into the configuration of the bundle instead',
  'schedule-of-another': (facts: ReadFacts) =>
    `only ${facts.text('owner') ?? 'whoever made it'} can ${facts.text('verb') ?? 'do that with'} ${facts.text('name') ?? 'this schedule'}: it runs as them`,
};

const fieldWords: Readonly<Record<string, string>> = {
  minute: 'minutes are 0 to 59',
  hour: 'hours are 0 to 23',
  'day of the month': 'days are 1 to 31, L is the last one',
  month: 'months are 1 to 12 or jan to dec',
  'day of the week': 'days are 0 to 6 from Sunday on or sun to sat, fri#2 is the second Friday of a month',
};

/** A schedule as sentences about it need it. Times in milliseconds since the epoch. */
export interface ToldSchedule {
  readonly name: string;
  readonly line: string;
  /** As it was written: `0 9 * * mon-fri Europe/Berlin`. */
  readonly when: string;
  readonly zone: string;
  readonly next?: number;
}

/** What is said of schedules. */
export const scheduleSentences = {
  created: ({ name, line, ...schedule }: ToldSchedule, missed: 'skip' | 'once') =>
    `${name} runs as you: ${line}\n${nextWords(schedule)}; what is missed while nobody is here ${missed === 'skip' ? 'is left out' : 'runs once, as soon as somebody is'}. its answers come here`,
  /** Under what was created, where its line would be refused now: `why` is the refusal's sentence. */
  notNow: (why: string) => `it would not run as things are: ${why}`,
  paused: ({ name }: ToldSchedule) => `${name} is paused; schedule resume ${name} lets it go on`,
  pausedBefore: ({ name }: ToldSchedule) => `${name} was paused already`,
  resumed: ({ name, ...schedule }: ToldSchedule) => `${name} goes on: ${nextWords(schedule)}`,
  removed: ({ name, line }: ToldSchedule) => `the schedule ${name} is gone. its line was: ${line}`,
  asked: ({ name }: ToldSchedule, runId: string) =>
    `${name} runs now, and answers where it was made; its run is ${runId}`,
  none: `there are no schedules yet; make one with: schedule create '0 9 * * mon-fri Europe/Berlin' 'LINE'`,
  noneOfOthers: 'nobody has schedules yet',

  /** How it stands, for lists. */
  state(
    paused: { readonly by?: string; readonly code?: string } | undefined,
    next: number | undefined,
  ): string {
    if (paused?.code === 'inactive-person') return 'paused: whoever made it is deactivated';
    if (paused) return paused.by === undefined ? 'paused' : `paused by ${paused.by}`;
    return next === undefined ? 'over' : 'on';
  },

  /** Above every answer of a schedule, because nobody there has just said its line. */
  heading({ name, of, dueAt, zone, late, byHand }: Heading): string {
    const when = byHand ? 'run by hand' : `due ${localTime(dueAt, zone)}${late ? ', late' : ''}`;
    return `schedule ${name} of ${of}, ${when}`;
  },

  /** Where its answers go. */
  place({
    adapter,
    room,
  }: {
    readonly adapter: string;
    readonly room: { readonly id: string; readonly name?: string; readonly direct: boolean };
  }): string {
    if (adapter === 'http') return 'its runs; "chasqui runs" lists them';
    return room.direct
      ? `${adapter}, to you alone`
      : `${adapter}, ${room.name === undefined ? room.id : `#${room.name}`}`;
  },

  time: localTime,
};

interface Heading {
  readonly name: string;
  readonly of: string;
  readonly dueAt: number;
  readonly zone: string;
  readonly late?: boolean;
  readonly byHand?: boolean;
}

function nextWords({ next, when, zone }: Pick<ToldSchedule, 'next' | 'when' | 'zone'>): string {
  return next === undefined ? `${when} does not come any more` : `next ${localTime(next, zone)}`;
}

/** `Mon 2026-11-23 09:00 Europe/Berlin`: a time as clocks there show it. */
function localTime(at: number, zone: string): string {
  try {
    const parts = new Intl.DateTimeFormat('en-GB', {
      timeZone: zone,
      weekday: 'short',
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
    }).formatToParts(at);
    const of = (type: string) => parts.find((part) => part.type === type)?.value ?? '';
    return `${of('weekday')} ${of('year')}-${of('month')}-${of('day')} ${of('hour')}:${of('minute')} ${zone}`;
  } catch {
    // A zone that this process does not know, from a row of another.
    return clock(at);
  }
}
