import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { RuleOption } from './facts.js';
import { judge, type Verdict } from './judge.js';
import { parseRule } from './parse-rule.js';
import { isRuleFault, type Rule } from './rule.js';
import { compareDecimals } from './decimal.js';

describe('a verdict', () => {
  it('is no without rules', () => {
    expect(verdict([], {}, ['a:x'])).toEqual({
      kind: 'denied',
      reason: 'no-rules',
      missing: [],
      outcomes: [],
    });
  });

  it('is no if no rule holds, whatever somebody may do', () => {
    const text = 'with arg[0] == "x" must have a:x';
    expect(verdict([text], { args: ['y'] }, ['a:x'])).toEqual({
      kind: 'denied',
      reason: 'no-rule-holds',
      missing: [],
      outcomes: [{ rule: text, held: false }],
    });
  });

  it('is yes for everybody by allow', () => {
    expect(verdict(['allow'], {}, [])).toEqual({
      kind: 'allowed',
      outcomes: [{ rule: 'allow', held: true, satisfied: true }],
    });
  });

  it('needs every rule that holds to be satisfied, and says what came of each', () => {
    const all = [
      'allow',
      'with option["force"] == true must have a:force',
      'with arg[0] == "x" must have a:x',
    ];
    expect(verdict(all, { options: [{ name: 'force' }] }, ['a:x'])).toEqual({
      kind: 'denied',
      reason: 'missing-permission',
      missing: [['a:force']],
      outcomes: [
        { rule: all[0], held: true, satisfied: true },
        { rule: all[1], held: true, satisfied: false, missing: [['a:force']] },
        { rule: all[2], held: false },
      ],
    });
    expect(verdict(all, { options: [{ name: 'force' }] }, ['a:force']).kind).toBe('allowed');
  });

  it.each([
    [
      'must have a:x and (b:y or b:z)',
      [],
      [
        ['a:x', 'b:y'],
        ['a:x', 'b:z'],
      ],
    ],
    ['must have a:x and (b:y or b:z)', ['a:x'], [['b:y'], ['b:z']]],
    ['must have a:x and (b:y or b:z)', ['b:z'], [['a:x']]],
    ['must have (a:x and a:y) or b:z', [], [['b:z'], ['a:x', 'a:y']]],
    ['must have (a:x and b:y) or b:y', [], [['b:y']]],
    ['must have not a:guest', ['a:guest'], []],
    ['must have not (a:guest and not a:x)', ['a:guest'], [['a:x']]],
    ['must have a:x and not a:x', [], []],
  ])('on %s for %j says what is missing', (rule, permissions, missing) => {
    expect(verdict([rule], {}, permissions)).toMatchObject({ reason: 'missing-permission', missing });
  });

  it('joins what several rules miss', () => {
    expect(verdict(['must have a:x', 'must have b:y or a:x'], {}, [])).toMatchObject({ missing: [['a:x']] });
  });

  it('finds the ways through a large rule', () => {
    const pairs = Array.from({ length: 30 }, (_, index) => `(a:x${index} or b:y${index})`);
    const denied = verdict([`must have ${pairs.join(' and ')}`], {}, []);
    expect(denied.kind === 'denied' && denied.missing.every((way) => way.length === 30)).toBe(true);
  });
});

describe('a condition', () => {
  const args = ['prod', '5', '007', '1.0', 'true', '-3', 'x/y'];
  const options: RuleOption[] = [
    { name: 'force' },
    { name: 'env', next: 'prod' },
    { name: 'n', value: '10' },
    { name: 'wait', value: 'false' },
    { name: 'loud', value: 'TRUE' },
    { name: 'empty', value: '' },
  ];

  it.each([
    ['arg[0] == "prod"', true],
    ["arg[0] == 'Prod'", false],
    ['"prod" == arg[0]', true],
    ['arg[0] != "prod"', false],
    ['arg[0] == /^pr/', true],
    ['arg[0] == /ro/', true],
    ['/ro/ == arg[0]', true],
    ['arg[0] != /ro/', false],
    ['arg[0] == /^ro/', false],
    ['arg[0] == /(?i)PROD/', true],
    ['arg[0] == 5', false],
    ['arg[0] != 5', true],
    ['arg[1] == 5', true],
    ['arg[1] == 5.0', true],
    ['arg[1] == "5"', true],
    ['arg[1] == "5.0"', false],
    ['arg[2] == 7', true],
    ['arg[2] == "007"', true],
    ['arg[2] == "7"', false],
    ['arg[3] == 1', true],
    ['arg[3] == true', true],
    ['arg[4] == true', true],
    ['arg[4] == "true"', true],
    ['arg[0] == true', false],
    ['arg[0] == false', false],
    ['arg[1] < 6', true],
    ['arg[1] <= 5', true],
    ['arg[1] > 4.99', true],
    ['arg[1] >= 5.01', false],
    ['6 > arg[1]', true],
    ['arg[5] < 0', true],
    ['arg[5] < -2.9', true],
    ['arg[1] > "4"', false],
    ['arg[1] == arg[1]', true],
    ['arg[1] > arg[5]', true],
    ['arg[0] == option["env"]', true],
    // Where Gort says true: neither `>` nor `>=` is "not less".
    ['arg[0] > 5', false],
    ['arg[0] >= 5', false],
    ['arg[0] < 5', false],
    ['arg[9] > 5', false],
    ['arg[9] >= 5', false],
    ['arg[9] == "x"', false],
    ['arg[9] != "x"', true],
    ['arg[9] == /.*/', false],
    ['/.*/ == arg[9]', false],
    ['arg[9] != /.*/', true],
    ['arg[9] == true', false],
    ['arg[9] == false', false],
    ['arg[9] == arg[10]', false],
    ['arg[9] in ["x"]', false],
    ['arg[9] in arg', false],
    ['option["force"] == true', true],
    ['option["force"] == false', false],
    ['option["force"] != true', false],
    ['option["force"] == "true"', true],
    ['option["force"] == /rue/', true],
    ['option["none"] == true', false],
    ['option["none"] == false', true],
    ['option["none"] != true', true],
    ['option["none"] == "x"', false],
    ['option["none"] != "x"', true],
    ['option["none"] < 5', false],
    ['option["none"] in [false, "x"]', true],
    ['option["env"] == "prod"', true],
    ['option["env"] == true', true],
    ['option[env] == /^p/', true],
    ['option["n"] == 10', true],
    ['option["n"] == "10"', true],
    ['option["n"] > 9', true],
    ['option["n"] in [1, 10]', true],
    ['option["wait"] == true', false],
    ['option["wait"] == false', true],
    ['option["wait"] == "false"', true],
    ['option["loud"] == true', true],
    ['option["empty"] == true', true],
    ['option["empty"] == ""', true],
    ['option["FORCE"] == true', false],
    ['arg[0] in ["dev", "prod"]', true],
    ['arg[0] in ["dev", /^p/]', true],
    ['arg[0] in ["dev"]', false],
    ['arg[2] in [6, 7]', true],
    ['"prod" in arg', true],
    ['/^x/ in arg', true],
    ['7 in arg', true],
    ['"none" in arg', false],
    ['"force" in option', true],
    ['"prod" in option', false],
    ['/^fo/ in option', true],
    ['arg[0] in option', false],
    ['any arg == "prod"', true],
    ['any arg == "none"', false],
    ['any arg > 6', true],
    ['any arg in ["x/y"]', true],
    ['all arg == /./', true],
    ['all arg > -9', false],
    ['all arg != "none"', true],
    ['any option == "prod"', true],
    ['any option > 9', true],
    ['all option == true', false],
    ['any arg in option', false],
    ['arg[0] == "prod" and arg[1] == 5', true],
    ['arg[0] == "x" and arg[1] == 5', false],
    ['arg[0] == "x" or arg[1] == 5', true],
    ['arg[0] == "prod" or arg[0] == "x" and arg[0] == "y"', true],
    ['(arg[0] == "prod" or arg[0] == "x") and arg[0] == "y"', false],
    ['not arg[0] == "x" and arg[1] == 5', true],
    ['not (arg[0] == "x" or arg[1] == 5)', false],
  ])('%s: %s', (condition, holds) => {
    expect(verdict([`with ${condition} allow`], { args, options }, []).kind).toBe(
      holds ? 'allowed' : 'denied',
    );
  });

  it.each([
    ['any arg == /./', false],
    ['all arg == "x"', true],
    ['any option == true', false],
    ['all option == true', true],
    ['"x" in arg', false],
    ['"x" in option', false],
  ])('%s of nothing: %s', (condition, holds) => {
    expect(verdict([`with ${condition} allow`], {}, []).kind).toBe(holds ? 'allowed' : 'denied');
  });

  it('is not fooled by names that every object has', () => {
    expect(verdict(['with option["constructor"] == true or "__proto__" in option allow'], {}, []).kind).toBe(
      'denied',
    );
  });

  it('runs patterns in linear time', () => {
    const text = 'with arg[0] == /^(a+)+$/ or arg[0] == /(.*)*x(.*)*y$/ allow';
    expect(verdict([text], { args: ['a'.repeat(20_000) + '!'] }, []).kind).toBe('denied');
  });
});

describe('numbers', () => {
  it.each([
    ['5', '5.0', 0],
    ['007', '7', 0],
    ['-0', '0', 0],
    ['1e3', '1000', 0],
    ['.5', '0.50', 0],
    ['5.', '5', 0],
    ['100e-2', '+1', 0],
    ['12345678901234567890', '12345678901234567891', -1],
    ['0.1', '0.10000000000000000001', -1],
    ['-2', '-1', -1],
    ['-1', '0', -1],
    ['0', '0.001', -1],
    ['9', '10', -1],
    ['1e400', '1e401', -1],
  ])('%s and %s compare without loss', (a, b, order) => {
    expect(Math.sign(compareDecimals(a, b)!)).toBe(order);
    expect(Math.sign(compareDecimals(b, a)!)).toBe(order === 0 ? 0 : -order);
  });

  it.each(['', 'x', '5s', '0x10', '1_000', ' 5', '1,5', 'NaN', 'Infinity', '.', '-', 'e3', '1e'])(
    '%j is none',
    (text) => {
      expect(compareDecimals(text, '1')).toBeUndefined();
    },
  );

  it('compare as the machine compares them', () => {
    const doubles = fc.double({ noNaN: true, noDefaultInfinity: true });
    fc.assert(
      fc.property(doubles, doubles, (a, b) => {
        expect(Math.sign(compareDecimals(String(a), String(b))!)).toBe(a < b ? -1 : a > b ? 1 : 0);
      }),
    );
  });
});

describe('an option given twice', () => {
  const rules = [
    'allow',
    'with option["env"] == "prod" must have a:prod',
    'with option["force"] == true must have a:force',
  ];

  it('with different values is refused if a rule looks at it', () => {
    const options = [
      { name: 'env', value: 'dev' },
      { name: 'env', value: 'prod' },
    ];
    expect(verdict(rules, { options }, ['a:prod'])).toEqual({
      kind: 'denied',
      reason: 'repeated-option',
      missing: [],
      option: 'env',
      outcomes: [],
    });
  });

  it.each<[string, RuleOption[]]>([
    [
      'the same value',
      [
        { name: 'env', value: 'dev' },
        { name: 'env', next: 'dev' },
      ],
    ],
    [
      'a name no rule looks at',
      [
        { name: 'label', value: 'a' },
        { name: 'label', value: 'b' },
      ],
    ],
  ])('is fine with %s', (_, options) => {
    expect(verdict(rules, { options }, []).kind).toBe('allowed');
  });

  it('is fine if rules only ask whether it is there', () => {
    const options = [
      { name: 'force', next: 'a' },
      { name: 'force', next: 'b' },
    ];
    expect(verdict(rules, { options }, ['a:force']).kind).toBe('allowed');
    expect(verdict(rules, { options }, [])).toMatchObject({ missing: [['a:force']] });
    expect(
      verdict(rules, { options: [...options, { name: 'force', value: 'false' }] }, ['a:force']),
    ).toMatchObject({
      reason: 'repeated-option',
    });
  });
});

describe('an option that may be none', () => {
  const restricting = ['allow', 'with option["force"] == true must have a:force'];
  const relaxing = [
    'with option["dry-run"] == true allow',
    'with option["dry-run"] == false must have a:write',
  ];

  it('does not go past a rule that restricts', () => {
    const options = [{ name: 'force', unsure: true as const }];
    expect(verdict(restricting, { options }, [])).toMatchObject({
      missing: [['a:force']],
      unsure: ['force'],
    });
    expect(verdict(restricting, { options }, ['a:force']).kind).toBe('allowed');
  });

  it('does not relax a rule', () => {
    const options = [{ name: 'dry-run', unsure: true as const }];
    expect(verdict(relaxing, { options }, [])).toMatchObject({ missing: [['a:write']], unsure: ['dry-run'] });
    expect(verdict(relaxing, { options }, ['a:write']).kind).toBe('allowed');
    expect(verdict(relaxing, { options: [{ name: 'dry-run' }] }, []).kind).toBe('allowed');
  });

  it('is judged beside a sure one of the same name', () => {
    const rules = ['allow', 'with option["env"] == "prod" must have a:prod'];
    const options = [
      { name: 'env', value: 'dev' },
      { name: 'env', value: 'prod', unsure: true as const },
    ];
    expect(verdict(rules, { options }, [])).toMatchObject({ missing: [['a:prod']], unsure: ['env'] });
    expect(verdict(rules, { options }, ['a:prod']).kind).toBe('allowed');
  });

  it('is judged by rules about all options', () => {
    const rules = ['with any option == "prod" must have a:prod', 'allow'];
    expect(verdict(rules, { options: [{ name: 'env', value: 'prod', unsure: true }] }, [])).toMatchObject({
      missing: [['a:prod']],
    });
    const only = ['with all option == "dev" allow'];
    expect(verdict(only, { options: [{ name: 'x', value: 'y', unsure: true }] }, []).kind).toBe('denied');
  });

  it('does not matter to rules that look elsewhere', () => {
    expect(verdict(restricting, { options: [{ name: 'x', unsure: true }] }, []).kind).toBe('allowed');
  });

  it('is refused when there are too many of them', () => {
    const names = Array.from({ length: 7 }, (_, index) => `o${index}`);
    const rules = ['allow', ...names.map((name) => `with option["${name}"] == true must have a:x`)];
    const options = names.map((name) => ({ name, unsure: true as const }));
    expect(verdict(rules, { options }, ['a:x'])).toMatchObject({ reason: 'repeated-option', option: 'o6' });
  });
});

it('never allows with an unsure option what it denies with or without it', () => {
  const conditions = [
    'option["a"] == true',
    'option["a"] == "x"',
    'not option["b"] == true',
    '"b" in option',
    'any option == "x"',
  ];
  const ruleTexts = conditions.flatMap((condition) => [
    `with ${condition} must have p:q`,
    `with ${condition} allow`,
  ]);
  const anyOption = fc.record({
    name: fc.constantFrom('a', 'b'),
    value: fc.constantFrom('x', 'false', 'true'),
  });
  fc.assert(
    fc.property(
      fc.subarray(ruleTexts),
      fc.array(anyOption, { maxLength: 2 }),
      anyOption,
      (texts, options, doubtful) => {
        const allowed =
          verdict(texts, { options: [...options, { ...doubtful, unsure: true }] }, []).kind === 'allowed';
        const without = verdict(texts, { options }, []).kind === 'allowed';
        const instead = options.filter(({ name }) => name !== doubtful.name);
        const withIt = verdict(texts, { options: [...instead, doubtful] }, []).kind === 'allowed';
        if (allowed) expect([without, withIt]).toEqual([true, true]);
      },
    ),
    { numRuns: 1000 },
  );
});

describe('lists', () => {
  const noProd = ['with option["env"] == "prod" must have p:q', 'with option["env"] != "prod" allow'];
  const env = (...values: string[]) => ({ options: [{ name: 'env', values }] });

  it('are judged for each of their items', () => {
    expect(verdict(noProd, env('dev', 'test'), []).kind).toBe('allowed');
    expect(verdict(noProd, env('dev', 'prod', 'test'), [])).toMatchObject({ missing: [['p:q']] });
    expect(verdict(noProd, env('dev', 'prod'), ['p:q']).kind).toBe('allowed');
  });

  it('are judged in each combination', () => {
    const both = ['with option["a"] == "1" and option["b"] == "2" must have p:q', 'allow'];
    const given = (a: string[], b: string[]) => ({
      options: [
        { name: 'a', values: a },
        { name: 'b', values: b },
      ],
    });
    expect(verdict(both, given(['0', '1'], ['3']), []).kind).toBe('allowed');
    expect(verdict(both, given(['0', '1'], ['3', '2']), []).kind).toBe('denied');
  });

  it('are there, for a rule that only asks that', () => {
    const long = Array.from({ length: 5000 }, (_, index) => `x${index}`);
    expect(verdict(['with "env" in option must have p:q', 'allow'], env(...long), []).kind).toBe('denied');
    expect(verdict(['with "no" in option must have p:q', 'allow'], env(...long), []).kind).toBe('allowed');
  });

  it('that are too long to be judged are refused', () => {
    const long = Array.from({ length: 1001 }, (_, index) => `x${index}`);
    expect(verdict(noProd, env(...long), [])).toMatchObject({ reason: 'repeated-option', option: 'env' });
  });

  it('may be arguments', () => {
    const rules = ['with arg[0] == "prod" must have p:q', 'allow'];
    expect(verdict(rules, { args: [['dev', 'test'], 'prod'] }, []).kind).toBe('allowed');
    expect(verdict(rules, { args: [['dev', 'prod']] }, []).kind).toBe('denied');
    expect(verdict(rules, { args: [[]] }, []).kind).toBe('allowed');
    const many = Array.from({ length: 100 }, (_, index) => `x${index}`);
    expect(verdict([...noProd, ...rules], { args: [many], ...env('dev') }, []).kind).toBe('allowed');
  });
});

function verdict(
  texts: string[],
  facts: { args?: (string | string[])[]; options?: RuleOption[] },
  permissions: string[],
): Verdict {
  const rules = texts.map((text): Rule => {
    const rule = parseRule(text);
    if (isRuleFault(rule)) throw new Error(`${text}: ${JSON.stringify(rule)}`);
    return rule;
  });
  return judge(rules, { args: [], options: [], ...facts }, new Set(permissions));
}
