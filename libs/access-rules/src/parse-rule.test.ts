import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { optionsIn, permissionsIn } from './names-in.js';
import { parseRule } from './parse-rule.js';
import { printRule } from './print-rule.js';
import {
  isRuleFault,
  type Comparison,
  type FactName,
  type Literal,
  type Operand,
  type Permission,
  type Rule,
} from './rule.js';
import type { Tree } from './tree.js';

describe('parseRule', () => {
  it.each<[string, Omit<Rule, 'text'>]>([
    ['allow', {}],
    ['must have ops:write', { needs: permission('ops:write') }],
    ['ops:restart must have ops:write', { command: 'ops:restart', needs: permission('ops:write') }],
    ['when command is ops:restart allow', { command: 'ops:restart' }],
    [
      'when command is ops:restart with arg[0] == 1 allow',
      { command: 'ops:restart', condition: comparison(arg(0), '==', number('1')) },
    ],
    ['with arg[0] == "prod" allow', { condition: comparison(arg(0), '==', string('prod')) }],
    ["when arg[0]=='prod' allow", { condition: comparison(arg(0), '==', string('prod')) }],
    ['with option["force"] == true allow', { condition: comparison(option('force'), '==', boolean(true)) }],
    ["with option['f'] != False allow", { condition: comparison(option('f'), '!=', boolean(false)) }],
    ['with option[dry-run] == TRUE allow', { condition: comparison(option('dry-run'), '==', boolean(true)) }],
    ['with arg[12]>=-1.50 allow', { condition: comparison(arg(12), '>=', number('-1.50')) }],
    [
      String.raw`with arg[0] == /^a\/b\d$/ allow`,
      { condition: comparison(arg(0), '==', regex(String.raw`^a/b\d$`)) },
    ],
    [String.raw`with arg[0] == 'it\'s' allow`, { condition: comparison(arg(0), '==', string("it's")) }],
    [
      String.raw`with arg[0] == "C:\dir\\" allow`,
      { condition: comparison(arg(0), '==', string('C:\\dir\\')) },
    ],
    [
      `with arg[0] in ["a", 5, /x/, true] allow`,
      { condition: comparison(arg(0), 'in', list(string('a'), number('5'), regex('x'), boolean(true))) },
    ],
    [`with 'x' in arg allow`, { condition: comparison(string('x'), 'in', { kind: 'args' }) }],
    [`with "force" in option allow`, { condition: comparison(string('force'), 'in', { kind: 'options' }) }],
    [
      `with any arg == 'x' allow`,
      { condition: { ...comparison({ kind: 'args' }, '==', string('x')), quantifier: 'any' } },
    ],
    [
      'with all option < 10 allow',
      { condition: { ...comparison({ kind: 'options' }, '<', number('10')), quantifier: 'all' } },
    ],
    ['deny', { deny: true }],
    [
      'ops:restart with direct == true deny',
      { command: 'ops:restart', condition: comparison(fact('direct'), '==', boolean(true)), deny: true },
    ],
    [
      'with channel in ["#ops", /^slack/] allow',
      { condition: comparison(fact('channel'), 'in', list(string('#ops'), regex('^slack'))) },
    ],
    ["with relay['dc'] == 'fra' deny", { condition: comparison(tag('dc'), '==', string('fra')), deny: true }],
    ['with "fra" in relay[dc] deny', { condition: comparison(string('fra'), 'in', tag('dc')), deny: true }],
    [
      'with any relay["dc"] == /^f/ deny',
      { condition: { ...comparison(tag('dc'), '==', regex('^f')), quantifier: 'any' }, deny: true },
    ],
    ['with "oncall" in group allow', { condition: comparison(string('oncall'), 'in', { kind: 'groups' }) }],
    [
      'with time("Europe/Berlin")>="08:00" allow',
      { condition: comparison({ kind: 'time', zone: 'Europe/Berlin' }, '>=', string('08:00')) },
    ],
    [
      'with weekday == "mon" allow',
      { condition: comparison({ kind: 'weekday', zone: 'UTC' }, '==', string('mon')) },
    ],
    ['must have a:x and b:y', { needs: { kind: 'and', of: [permission('a:x'), permission('b:y')] } }],
    ['must have any in [a:x, b:y]', { needs: { kind: 'or', of: [permission('a:x'), permission('b:y')] } }],
    ['must have all in [a:x, b:y]', { needs: { kind: 'and', of: [permission('a:x'), permission('b:y')] } }],
    ['must have any in [a:x]', { needs: permission('a:x') }],
    [
      'must have not (a:x or 1p:read)',
      { needs: { kind: 'not', of: { kind: 'or', of: [permission('a:x'), permission('1p:read')] } } },
    ],
  ])('reads %s', (text, rule) => expect(parseRule(text)).toEqual({ text, ...rule }));

  it.each([
    ['a:a or b:b and c:c', 'a:a or (b:b and c:c)'],
    ['a:a and b:b or c:c', '(a:a and b:b) or c:c'],
    ['not a:a and b:b', 'not a:a and b:b'],
    ['not (a:a and b:b)', 'not (a:a and b:b)'],
    ['not not a:a', 'not not a:a'],
    ['a:a and b:b and c:c', 'a:a and b:b and c:c'],
    ['(a:a and b:b) and c:c', '(a:a and b:b) and c:c'],
    ['((a:a))', 'a:a'],
  ])('binds %s as %s', (text, printed) =>
    expect(printRule(parsed(`must have ${text}`))).toBe(`must have ${printed}`),
  );

  it('keeps the text as it was written, without the blanks around it', () => {
    expect(parsed('  must   have a:x\n').text).toBe('must   have a:x');
  });

  it.each([
    ['', { position: 0, expected: 'with, allow, deny or must have', found: 'the end' }],
    ['forbid', { position: 0, length: 6, expected: 'with, allow, deny or must have', found: 'forbid' }],
    ['deny x', { position: 5, length: 1, expected: 'the end of the rule', found: 'x' }],
    ['allow x', { position: 6, length: 1, expected: 'the end of the rule', found: 'x' }],
    ['must a:x', { position: 5, length: 3, expected: 'have', found: 'a:x' }],
    ['must have', { position: 9, expected: 'a permission, written bundle:name', found: 'the end' }],
    [
      'must have write',
      { position: 10, length: 5, expected: 'a permission, written bundle:name', found: 'write' },
    ],
    [
      'must have a:b:c',
      { position: 10, length: 5, expected: 'a permission, written bundle:name', found: 'a:b:c' },
    ],
    [
      'must have a:x b:y',
      { position: 14, length: 3, expected: 'and, or, or the end of the rule', found: 'b:y' },
    ],
    ['must have (a:x', { position: 14, expected: 'and, or, or )', found: 'the end' }],
    [
      'must have any in a:x',
      { position: 17, length: 3, expected: 'a list of permissions in brackets', found: 'a:x' },
    ],
    ['must have any in [a:x', { position: 21, expected: 'a comma or ]', found: 'the end' }],
    [
      'a:b:c allow',
      { position: 0, length: 5, expected: 'a command, written bundle:command', found: 'a:b:c' },
    ],
    [
      'with arg[0] == 1 x',
      { position: 17, length: 1, expected: 'and, or, allow, deny or must have', found: 'x' },
    ],
    ['with arg[0] = 1 allow', { position: 12, length: 1, expected: '==', found: '=' }],
    [
      'with arg[0] allow',
      { position: 12, length: 5, expected: 'an operator: == != < <= > >= or in', found: 'allow' },
    ],
    ['with arg[-1] == 1 allow', { position: 9, length: 2, expected: 'a number from 0', found: '-1' }],
    ['with arg[0 == 1 allow', { position: 11, length: 2, expected: ']', found: '==' }],
    [
      'with arg == 1 allow',
      { position: 9, length: 2, expected: '[ and a number (or any or all before arg)', found: '==' },
    ],
    ['with option[] == 1 allow', { position: 12, length: 1, expected: "an option's name", found: ']' }],
    [
      'with any arg[0] == 1 allow',
      {
        position: 9,
        length: 3,
        expected: 'arg or option, without brackets, group, or relay["tag"]',
        found: 'arg',
      },
    ],
    [
      'with arg[0] in 5 allow',
      {
        position: 15,
        length: 1,
        expected: 'a list in brackets, arg, option, group or relay["tag"]',
        found: '5',
      },
    ],
    ['with arg[0] in [5 allow', { position: 18, length: 5, expected: 'a comma or ]', found: 'allow' }],
    [
      'with time("Europe/Berln") < "08:00" deny',
      {
        position: 10,
        length: 14,
        expected: 'a time zone, written as in "Europe/Berlin"',
        found: '"Europe/Berln"',
      },
    ],
    [
      'with time(UTC) < "08:00" deny',
      { position: 10, length: 3, expected: 'a time zone, written as in "Europe/Berlin"', found: 'UTC' },
    ],
    ['with time("UTC" < "08:00" deny', { position: 16, length: 1, expected: ')', found: '<' }],
    [
      'with time < "8:00" deny',
      { position: 12, length: 6, expected: 'a time of day from "00:00" to "23:59"', found: '"8:00"' },
    ],
    [
      'with "24:00" > time deny',
      { position: 5, length: 7, expected: 'a time of day from "00:00" to "23:59"', found: '"24:00"' },
    ],
    [
      'with time in ["08:00"] deny',
      { position: 10, length: 2, expected: 'an operator: == != < <= > or >=', found: 'in' },
    ],
    [
      'with weekday == "monday" deny',
      {
        position: 16,
        length: 8,
        expected: 'a weekday: "mon" "tue" "wed" "thu" "fri" "sat" "sun"',
        found: '"monday"',
      },
    ],
    [
      'with weekday in ["sat", "son"] deny',
      {
        position: 24,
        length: 5,
        expected: 'a weekday: "mon" "tue" "wed" "thu" "fri" "sat" "sun"',
        found: '"son"',
      },
    ],
    [
      'with weekday < "tue" deny',
      { position: 13, length: 1, expected: 'an operator: == != or in', found: '<' },
    ],
    [
      'with origin == "cron" deny',
      { position: 15, length: 6, expected: 'an origin: "chat" "api" "schedule" "webhook"', found: '"cron"' },
    ],
    ['with direct == "yes" deny', { position: 15, length: 5, expected: 'true or false', found: '"yes"' }],
    ['with direct deny', { position: 12, length: 4, expected: 'an operator: == or !=', found: 'deny' }],
    [
      'with channel == "ops" deny',
      {
        position: 16,
        length: 5,
        expected: 'a channel, written "#name" or "adapter/id", or a pattern',
        found: '"ops"',
      },
    ],
    [
      'with group == "oncall" deny',
      { position: 5, length: 5, expected: 'any or all before group, or a name and in', found: 'group' },
    ],
    [
      'with relay["name"] == "x" deny',
      { position: 11, length: 6, expected: 'another key: relay alone is its name', found: '"name"' },
    ],
    ['with relay["dc" == "x" deny', { position: 16, length: 2, expected: ']', found: '==' }],
    [
      'with any relay == "x" deny',
      {
        position: 9,
        length: 5,
        expected: 'arg or option, without brackets, group, or relay["tag"]',
        found: 'relay',
      },
    ],
    [`with arg[0] == 'x allow`, { position: 15, length: 8, expected: `a closing '`, found: `'x allow` }],
  ])('says what is wrong with %j, and where', (text, fault) => {
    expect(parseRule(text)).toEqual({ kind: 'rule-fault', ...fault });
  });

  it('says that a bare text is no value', () => {
    expect(parseRule('with arg[0] == prod allow')).toMatchObject({ position: 15, length: 4, found: 'prod' });
  });

  it.each(['a(', '(?=x)', String.raw`(a)\1`, '(a{1000}){1000}', 'x'.repeat(1001)])(
    'refuses the pattern %j',
    (pattern) => {
      expect(parseRule(`with arg[0] == /${pattern}/ allow`)).toMatchObject({
        position: 15,
        length: pattern.length + 2,
        expected: expect.stringContaining('a regular expression in RE2'),
      });
    },
  );

  it('refuses what is nested too deep', () => {
    const expected = expect.stringContaining('at most 50 levels');
    expect(parseRule(`must have ${'('.repeat(10_000)}`)).toMatchObject({ expected });
    expect(parseRule(`must have ${'not '.repeat(10_000)}`)).toMatchObject({ expected });
    expect(isRuleFault(parseRule(`must have ${'('.repeat(50)}a:x${')'.repeat(50)}`))).toBe(false);
  });

  it('answers whatever text with a rule or a fault inside it', () => {
    const words =
      'with deny channel group relay time weekday direct "#ops" "08:00" "mon" allow must have and or not any all in arg option [ ] ( ) , 0 == != < = ! " / /x/ true -1.5 a:b \\';
    const piece = fc.constantFrom(...words.split(' '), `'x'`, ' ');
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.array(piece).map((pieces) => `with ${pieces.join(' ')}`),
      mutated,
    );
    fc.assert(
      fc.property(text, (value) => {
        const result = parseRule(value);
        if (isRuleFault(result))
          expect(result.position + (result.length ?? 0)).toBeLessThanOrEqual(value.length);
        else expect(meaning(parsed(printRule(result)))).toEqual(meaning(result));
      }),
      { numRuns: 3000 },
    );
  });
});

describe('printRule', () => {
  it.each([
    'allow',
    'ops:restart with option["force"] == true must have ops:write and (ops:force or ops:root)',
    String.raw`with any arg in ["a \"b\"", /x\/y/, -1.5] or not arg[0] == option["x"] allow`,
    'with channel == "#ops" and (direct == false or "oncall" in group) deny',
    'with time("Europe/Berlin") < "08:00" or weekday("UTC") in ["sat", "sun"] or any relay["dc"] == /^f/ deny',
  ])('prints %s back as it was read', (text) => expect(printRule(parsed(text))).toBe(text));

  it('prints every rule so that it reads back the same', () => {
    fc.assert(
      fc.property(rules, (rule) => {
        expect(meaning(parsed(printRule(rule)))).toEqual(meaning(rule));
      }),
      { numRuns: 500 },
    );
  });
});

describe('what a rule speaks of', () => {
  const rule = parsed(
    'with option["a"] == 1 or not ("b" in option and option[a] != arg[0]) must have x:y or not (z:w and x:y)',
  );

  it('are its permissions', () => expect(permissionsIn(rule)).toEqual(['x:y', 'z:w']));
  it('are its options', () => expect(optionsIn(rule)).toEqual(['a', 'b']));
  it('is nothing for allow', () =>
    expect([permissionsIn(parsed('allow')), optionsIn(parsed('allow'))]).toEqual([[], []]));
});

/** Right rules in which something was cut out and something put in. */
const mutated = fc
  .tuple(
    fc.constantFrom(
      'ops:restart with option["force"] == true must have ops:write and (ops:force or ops:root)',
      String.raw`with any arg in ["a \"b\"", /x\/y/, -1.5] or not arg[0] == option["x"] allow`,
      'with channel == "#ops" and time("Europe/Berlin") < "08:00" or weekday in ["sat"] and "x" in group deny',
      'with all option in ["a", true] and ("b" in option) must have any in [a:b, c:d]',
    ),
    fc.nat(),
    fc.nat({ max: 3 }),
    fc.string({ unit: 'binary', maxLength: 3 }),
  )
  .map(([right, at, cut, put]) => {
    const from = at % (right.length + 1);
    return right.slice(0, from) + put + right.slice(from + cut);
  });

const literals: fc.Arbitrary<Literal> = fc.oneof(
  fc.boolean().map(boolean),
  fc.constantFrom('0', '007', '-1.5', '+3', '.5', '1e3', '12345678901234567890').map(number),
  fc.string().map(string),
  fc.constantFrom('x', 'a/b', String.raw`\\/`, String.raw`\d+$`, '', '[/]', '(?i)é').map(regex),
);
const singles: fc.Arbitrary<Operand> = fc.oneof(
  fc.nat({ max: 99 }).map(arg),
  fc.string({ minLength: 1 }).map(option),
  literals,
);
const wholes: fc.Arbitrary<Operand> = fc.constantFrom({ kind: 'args' }, { kind: 'options' });
const many: fc.Arbitrary<Operand> = fc.oneof(
  wholes,
  fc.array(literals, { minLength: 1, maxLength: 3 }).map((of) => list(...of)),
);
const operators = fc.constantFrom(
  '==' as const,
  '!=' as const,
  '<' as const,
  '<=' as const,
  '>' as const,
  '>=' as const,
);
const kind = fc.constant('comparison' as const);
const quantifier = fc.constantFrom('any' as const, 'all' as const);
const facts: fc.Arbitrary<Comparison> = fc.oneof(
  fc.record({
    kind,
    left: fc.constantFrom('adapter' as const, 'application' as const, 'relay' as const).map(fact),
    operator: fc.constantFrom('==' as const, '!=' as const),
    right: fc.oneof(fc.string().map(string), fc.constant(regex('x'))),
  }),
  fc.constantFrom(
    comparison(fact('channel'), '==', string('#ops')),
    comparison(fact('channel'), 'in', list(string('slack/T1'), regex('a/b'))),
    comparison(fact('direct'), '!=', boolean(true)),
    comparison(fact('origin'), 'in', list(string('api'), string('chat'))),
    comparison({ kind: 'time', zone: 'Asia/Kolkata' }, '<=', string('23:59')),
    comparison({ kind: 'weekday', zone: 'UTC' }, '!=', string('sun')),
    comparison(string('x'), 'in', { kind: 'groups' }),
    comparison(string('x'), 'in', tag('a/b.c')),
    comparison(tag('dc'), '>', number('5')),
    { ...comparison({ kind: 'groups' }, '==', regex('^a')), quantifier: 'all' as const },
    { ...comparison(tag('dc'), 'in', list(string('x'))), quantifier: 'any' as const },
  ),
);
const comparisons: fc.Arbitrary<Comparison> = fc.oneof(
  facts,
  fc.record({ kind, left: singles, operator: operators, right: singles }),
  fc.record({ kind, left: singles, operator: fc.constant('in' as const), right: many }),
  fc.record({ kind, quantifier, left: wholes, operator: operators, right: singles }),
  fc.record({ kind, quantifier, left: wholes, operator: fc.constant('in' as const), right: many }),
);
const permissions = fc.constantFrom('ops:write', 'a.b:c_d', '1p:read-all', 'and:or').map(permission);
const rules: fc.Arbitrary<Rule> = fc.oneof(
  outcomes({ needs: treesOf<Permission>(permissions) }),
  outcomes({ deny: fc.constant(true as const) }),
);

function outcomes(outcome: Record<string, fc.Arbitrary<unknown>>): fc.Arbitrary<Rule> {
  const condition: fc.Arbitrary<unknown> = treesOf<Comparison>(comparisons);
  const parts: Record<string, fc.Arbitrary<unknown>> = {
    text: fc.constant(''),
    command: fc.constant('ops:restart'),
    condition,
    ...outcome,
  };
  return fc.record(parts, { requiredKeys: ['text'] }) as fc.Arbitrary<unknown> as fc.Arbitrary<Rule>;
}

function treesOf<Leaf>(leaves: fc.Arbitrary<Leaf>): fc.Arbitrary<Tree<Leaf>> {
  return fc.letrec<{ tree: Tree<Leaf> }>((tie) => ({
    tree: fc.oneof(
      { maxDepth: 4, withCrossShrink: true },
      leaves,
      fc.record({
        kind: fc.constantFrom('and' as const, 'or' as const),
        of: fc.array(tie('tree'), { minLength: 2, maxLength: 3 }),
      }),
      fc.record({ kind: fc.constant('not' as const), of: tie('tree') }),
    ),
  })).tree;
}

function parsed(text: string): Rule {
  const rule = parseRule(text);
  if (isRuleFault(rule)) throw new Error(`${text}: ${JSON.stringify(rule)}`);
  return rule;
}

/** A rule without its text. */
function meaning({ text: _text, ...rule }: Rule) {
  return rule;
}

function comparison(left: Operand, operator: Comparison['operator'], right: Operand): Comparison {
  return { kind: 'comparison', left, operator, right };
}
function arg(index: number): Operand {
  return { kind: 'arg', index };
}
function option(name: string): Operand {
  return { kind: 'option', name };
}
function tag(key: string): Operand {
  return { kind: 'tag', key };
}
function fact(name: FactName): Operand {
  return { kind: 'fact', name };
}
function list(...of: Literal[]): Operand {
  return { kind: 'list', of };
}
function boolean(value: boolean): Literal {
  return { kind: 'boolean', value };
}
function number(text: string): Literal {
  return { kind: 'number', text };
}
function string(value: string): Literal {
  return { kind: 'string', value };
}
function regex(pattern: string): Literal {
  return { kind: 'regex', pattern };
}
function permission(name: string): Permission {
  return { kind: 'permission', name };
}
