import { describe, expect, it } from 'vitest';
import { argvOf, type ArgTemplate } from './argv-of.js';
import type { Bound, BoundValue } from './bound.js';
import { variablesOf } from './variables-of.js';

const value = (name: string, one: BoundValue['value'], more: Partial<BoundValue> = {}): BoundValue => ({
  name,
  type: typeof one === 'boolean' ? 'bool' : typeof one === 'object' ? 'list' : 'string',
  value: one,
  texts: typeof one === 'object' ? one.map(String) : [String(one)],
  given: true,
  ...(typeof one === 'object' && { list: true }),
  ...more,
});

const boundTo = (options: BoundValue[], positionals: BoundValue[] = []): Bound => ({
  kind: 'bound',
  options,
  positionals,
  waiting: [],
  ruleFacts: { args: [], options: [] },
  secrets: [],
  help: false,
});

describe('argv without templates', () => {
  it.each<[string, BoundValue, string[]]>([
    ['a value', value('env', 'prod'), ['--env=prod']],
    ['an empty value', value('env', ''), ['--env=']],
    ['a value that looks like an option', value('env', '--force'), ['--env=--force']],
    ['what is on', value('force', true), ['--force']],
    ['what is off', value('force', false), []],
    ['what is off and on by default', value('color', false, { onByDefault: true }), ['--color=false']],
    ['a count', value('v', 2, { type: 'count' }), ['--v', '--v']],
    ['a count of none', value('v', 0, { type: 'count' }), []],
    ['a list', value('tag', ['a', 'b c']), ['--tag=a', '--tag=b c']],
    ['an empty list', value('tag', []), []],
    ['a number, as it was typed', value('n', 1.5, { type: 'number', texts: ['1.50'] }), ['--n=1.50']],
  ])('has %s', (_what, one, argv) => expect(argvOf(boundTo([one]))).toEqual(argv));

  it.each<[BoundValue[], string[]]>([
    [
      [value('a', 'x'), value('b', 'y z')],
      ['x', 'y z'],
    ],
    [[value('a', '-x')], ['--', '-x']],
    [
      [value('a', 'x'), value('b', '-5')],
      ['--', 'x', '-5'],
    ],
    [[value('a', ['x', '--'], { variadic: true })], ['--', 'x', '--']],
    [[value('a', ['x', 'y'])], ['x,y']],
  ])('has the positionals behind the options: %#', (positionals, argv) => {
    expect(argvOf(boundTo([value('force', true)], positionals))).toEqual(['--force', ...argv]);
  });
});

describe('argv by templates', () => {
  const bound = boundTo(
    [
      value('env', 'prod'),
      value('force', true),
      value('quiet', false),
      value('tag', ['a', 'b']),
      value('none', []),
      value('v', 0, { type: 'count' }),
      value('__proto__', 'own'),
    ],
    [value('host', '--all; $(x)')],
  );

  it.each<[ArgTemplate, string[]]>([
    ['plain', ['plain']],
    ['${env}', ['prod']],
    ['-e${env}/${host}', ['-eprod/--all; $(x)']],
    ['${missing}', []],
    ['x-${missing}-${env}', []],
    ['${constructor}', []],
    ['${__proto__}', ['own']],
    ['${tag}', ['a', 'b']],
    ['--tags=${tag}', ['--tags=a,b']],
    ['--tags=${none}', []],
    ['${none}', []],
    [{ when: 'force', args: ['-f', '${env}'] }, ['-f', 'prod']],
    [{ when: 'env', args: ['-e', '${env}', '${missing}'] }, ['-e', 'prod']],
    [{ when: 'quiet', args: ['-q'] }, []],
    [{ when: 'v', args: ['-v'] }, []],
    [{ when: 'none', args: ['-n'] }, []],
    [{ when: 'missing', args: ['-m'] }, []],
  ])('has for %j %j', (template, argv) => expect(argvOf(bound, [template])).toEqual(argv));

  it('has what they say in their order, and nothing else', () => {
    expect(argvOf(bound, ['run', '--', '${host}', { when: 'force', args: ['!'] }])).toEqual([
      'run',
      '--',
      '--all; $(x)',
      '!',
    ]);
    expect(argvOf(bound, [])).toEqual([]);
  });

  it('puts no value into a value', () => {
    expect(argvOf(boundTo([value('a', '${b}'), value('b', 'x')]), ['${a}-$&${b}'])).toEqual(['${b}-$&x']);
  });
});

it('gives each value an environment variable too', () => {
  const bound = boundTo(
    [
      value('dry-run', false),
      value('wait', 90_000, { type: 'duration', texts: ['90s'] }),
      value('ports', [80, 443]),
      value('waits', [1000, 2000], { texts: ['1s', '2s'] }),
    ],
    [value('service', 'web')],
  );
  expect(variablesOf(bound)).toEqual({
    CHASQUI_OPT_DRY_RUN: 'false',
    CHASQUI_OPT_WAIT: '90s',
    CHASQUI_OPT_PORTS: '[80,443]',
    CHASQUI_OPT_WAITS: '["1s","2s"]',
    CHASQUI_ARG_SERVICE: 'web',
  });
});
