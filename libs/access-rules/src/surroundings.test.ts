import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { wallClock, weekdays } from './clock.js';
import { couldAllow } from './could-allow.js';
import type { RuleFacts, Surroundings } from './facts.js';
import { judge } from './judge.js';
import { looksAtRelay, surroundingsIn } from './names-in.js';
import { parseRule } from './parse-rule.js';
import { isRuleFault, type Rule } from './rule.js';
import { seenIn } from './seen-in.js';

/** A Sunday, 08:30 in Berlin and 07:30 in UTC. */
const sunday = Date.parse('2026-11-22T07:30:00Z');

const where: Surroundings = {
  channel: 'slack/T1/C12',
  channelName: 'ops',
  adapter: 'slack',
  direct: false,
  origin: 'chat',
  groups: ['oncall', 'sre-fra'],
  relay: { name: 'fra-1', tags: ['dc=fra', 'dc=eu', 'gpu', 'spare=false', 'slots=12'] },
  now: sunday,
};

describe('a fact', () => {
  it.each([
    ['channel == "#ops"', true],
    ['channel == "slack/T1/C12"', true],
    ['channel == "#opps"', false],
    ['channel != "#ops"', false],
    ['channel == /^#op/', true],
    ['channel in ["#web", "slack/T1/C12"]', true],
    ['"#ops" == channel', true],
    ['adapter == "slack"', true],
    ['adapter != "terminal"', true],
    ['direct == false', true],
    ['direct == true', false],
    ['direct != true', true],
    ['origin == "chat"', true],
    ['origin in ["api", "schedule"]', false],
    ['application == "shop"', false],
    ['application != "shop"', true],
    ['"oncall" in group', true],
    ['/^sre-/ in group', true],
    ['any group == /^sre/', true],
    ['all group in ["oncall", "sre-fra"]', true],
    ['all group == "oncall"', false],
    ['"root" in group', false],
    ['relay == "fra-1"', true],
    ['relay == /^ams/', false],
    ['relay["dc"] == "fra"', true],
    ['relay["dc"] == "eu"', true],
    ['relay["dc"] == "ams"', false],
    // As in a selector: `dc!=fra` is no other than not `dc=fra`.
    ['relay["dc"] != "fra"', false],
    ['relay["dc"] != "ams"', true],
    ['relay["dc"] in ["ams", "fra"]', true],
    ['"fra" in relay["dc"]', true],
    ['any relay["dc"] == /^f/', true],
    ['all relay["dc"] == /^f/', false],
    ['relay["gpu"] == true', true],
    ['relay["gpu"] == ""', true],
    ['relay["spare"] == true', false],
    ['relay["spare"] == false', true],
    ['relay["none"] == true', false],
    ['relay["none"] == false', true],
    ['relay["none"] == "x"', false],
    ['relay["none"] != "x"', true],
    ['relay["slots"] > 9', true],
    ['relay["slots"] == 12', true],
    ['time("Europe/Berlin") == "08:30"', true],
    ['time("Europe/Berlin") >= "08:00" and time("Europe/Berlin") < "18:00"', true],
    ['time >= "08:00"', false],
    ['time() == "07:30"', true],
    ['"07:30" <= time("UTC")', true],
    ['"09:00" < time("Europe/Berlin")', false],
    ['weekday == "sun"', true],
    ['weekday("Pacific/Auckland") in ["sat", "sun"]', true],
    ['weekday != "sun"', false],
    ['not weekday in ["sat", "sun"]', false],
  ])('%s: %s', (condition, holds) => expect(allows(condition)).toBe(holds));

  it.each([
    ['channel == "#ops"', false],
    ['channel != "#ops"', true],
    ['direct == true', false],
    ['direct == false', false],
    ['"oncall" in group', false],
    ['all group == "x"', true],
    ['relay == /./', false],
    ['relay["dc"] == true', false],
    ['time >= "00:00"', false],
    ['time < "23:59"', false],
    ['weekday == "sun"', false],
    ['weekday != "sun"', true],
  ])('that nobody knows: %s: %s', (condition, holds) => {
    expect(allows(condition, null)).toBe(holds);
  });
});

describe('a wall clock', () => {
  it.each([
    ['the hour that summer time skips', 'Europe/Berlin', '2026-03-29T00:59:00Z', '01:59', 'sun'],
    ['the minute after', 'Europe/Berlin', '2026-03-29T01:00:00Z', '03:00', 'sun'],
    ['the hour that comes twice, the first time', 'Europe/Berlin', '2026-10-25T00:30:00Z', '02:30', 'sun'],
    ['the hour that comes twice, the second time', 'Europe/Berlin', '2026-10-25T01:30:00Z', '02:30', 'sun'],
    ['midnight', 'UTC', '2026-11-23T00:00:00Z', '00:00', 'mon'],
    ['a zone ahead by a day', 'Pacific/Kiritimati', '2026-11-22T12:00:00Z', '02:00', 'mon'],
    ['a zone with a quarter of an hour', 'Asia/Kathmandu', '2026-11-22T00:00:00Z', '05:45', 'sun'],
    ['a zone without summer time', 'America/Phoenix', '2026-07-01T12:00:00Z', '05:00', 'wed'],
    ['the other half of the world', 'Australia/Sydney', '2026-01-01T12:00:00Z', '23:00', 'thu'],
    ['an offset', '+02:00', '2026-11-22T23:00:00Z', '01:00', 'mon'],
  ])('shows %s', (_, zone, at, time, weekday) => {
    expect(wallClock(zone, Date.parse(at))).toEqual({ time, weekday });
  });

  it('always shows a time and a weekday', () => {
    fc.assert(
      fc.property(
        fc.date({ min: new Date('1970-01-01'), max: new Date('2100-01-01'), noInvalidDate: true }),
        fc.constantFrom('UTC', 'Europe/Berlin', 'America/New_York', 'Asia/Kolkata'),
        (at, zone) => {
          const { time, weekday } = wallClock(zone, at.getTime());
          expect(time).toMatch(/^(?:[01]\d|2[0-3]):[0-5]\d$/);
          expect(weekdays).toContain(weekday);
        },
      ),
    );
  });
});

describe('deny', () => {
  it('refuses whoever has whatever, and goes before what else is missing', () => {
    const rules = ['must have a:x', 'with weekday == "sun" deny'];
    expect(judge(rules.map(parsed), facts(where), new Set(['a:x']))).toEqual({
      kind: 'denied',
      reason: 'denied',
      missing: [],
      outcomes: [
        { rule: rules[0], held: true, satisfied: true },
        { rule: rules[1], held: true, satisfied: false, missing: [] },
      ],
    });
    expect(judge(rules.map(parsed), facts(where), new Set())).toMatchObject({ reason: 'denied' });
  });

  it('does nothing where it does not hold, and never allows by itself', () => {
    const monday = { ...where, now: sunday + 86_400_000 };
    const rules = ['must have a:x', 'with weekday == "sun" deny'].map(parsed);
    expect(judge(rules, facts(monday), new Set(['a:x'])).kind).toBe('allowed');
    expect(judge([parsed('with weekday == "sun" deny')], facts(monday), new Set())).toMatchObject({
      reason: 'no-rule-holds',
    });
  });

  it('is not evaded by a word that may be read in two ways', () => {
    const rules = ['allow', 'with option["force"] == true deny'].map(parsed);
    const options = [{ name: 'force', unsure: true as const }];
    expect(judge(rules, { args: [], options }, new Set())).toMatchObject({
      reason: 'denied',
      unsure: ['force'],
    });
  });
});

describe('what could be allowed', () => {
  const none = new Set<string>();

  it.each<[string, string[], Partial<RuleFacts>, boolean]>([
    ['anything where nothing is known', ['with arg[0] == "x" and channel == "#ops" allow'], {}, true],
    ['nothing without rules', [], {}, false],
    ['nothing past a deny that always holds', ['allow', 'deny'], {}, false],
    ['nothing past a deny that holds here', ['allow', 'with "oncall" in group deny'], { where }, false],
    ['what a deny lets through elsewhere', ['allow', 'with channel == "#web" deny'], { where }, true],
    ['nothing that needs what nobody has', ['must have a:x'], {}, false],
    ['what a rule on words may loosen', ['with arg[0] == "x" must have a:x', 'allow'], {}, true],
    ['what hangs on a relay', ['with relay["dc"] == "ams" allow'], {}, true],
    ['nothing on a relay that is known', ['with relay["dc"] == "ams" allow'], { where }, false],
    [
      'nothing where words and rules agree',
      ['with arg[0] == "x" allow'],
      { args: ['y'], options: [] },
      false,
    ],
  ])('is %s', (_, rules, known, could) => {
    expect(couldAllow(rules.map(parsed), known, none)).toBe(could);
  });

  it('is never less than what is allowed', () => {
    const conditions = [
      'arg[0] == "x"',
      'relay["dc"] == "fra"',
      '"oncall" in group',
      'weekday == "sun"',
      'option["f"] == true',
    ];
    const anyRule = fc
      .tuple(
        fc.subarray(conditions, { minLength: 1 }),
        fc.constantFrom(' and ', ' or ', ' or not '),
        fc.constantFrom('allow', 'deny', 'must have a:x', 'must have not a:x'),
      )
      .map(([some, join, outcome]) => `with ${some.join(join)} ${outcome}`);
    fc.assert(
      fc.property(
        fc.array(anyRule, { minLength: 1, maxLength: 4 }),
        fc.constantFrom('x', 'y'),
        fc.boolean(),
        fc.constantFrom(['a:x'], []),
        (texts, arg, force, held) => {
          const rules = texts.map(parsed);
          const permissions = new Set(held);
          const options = force ? [{ name: 'f' }] : [];
          const { relay: _, ...elsewhere } = where;
          if (judge(rules, { args: [arg], options, where }, permissions).kind === 'denied') return;
          for (const known of [
            {},
            { where },
            { where: elsewhere },
            { args: [arg], options },
            { args: [arg], options, where: elsewhere },
          ])
            expect(couldAllow(rules, known, permissions)).toBe(true);
        },
      ),
      { numRuns: 1000 },
    );
  });
});

it('tells what rules look at', () => {
  const rules = [
    'with channel == "#ops" or time("Europe/Berlin") < "09:00" deny',
    'with "x" in group allow',
  ].map(parsed);
  expect(rules.flatMap(surroundingsIn)).toEqual(['channel', 'time', 'group']);
  expect(looksAtRelay(rules)).toBeUndefined();
  expect(looksAtRelay(['with any relay["dc"] == "x" deny'].map(parsed))).toBe('tags');
  expect(looksAtRelay(['with relay == "x" or relay["dc"] == "x" deny'].map(parsed))).toBe('name');
  expect(seenIn(rules, where)).toEqual([
    { fact: 'channel', values: ['slack/T1/C12', '#ops'] },
    { fact: 'time("Europe/Berlin")', values: ['08:30'] },
    { fact: 'group', values: ['oncall', 'sre-fra'] },
  ]);
});

function allows(condition: string, at: Surroundings | null = where): boolean {
  return judge([parsed(`with ${condition} allow`)], facts(at), new Set()).kind === 'allowed';
}

function facts(at: Surroundings | null): RuleFacts {
  return { args: [], options: [], ...(at && { where: at }) };
}

function parsed(text: string): Rule {
  const rule = parseRule(text);
  if (isRuleFault(rule)) throw new Error(`${text}: ${JSON.stringify(rule)}`);
  return rule;
}
