import { parseLine } from '@chasqui/command-language';
import { describe, expect, it } from 'vitest';
import { nextStep } from '../pipelines/next-step.js';
import { decide } from './decide.js';
import { resolversOf } from './invoke.js';
import { knownIn } from './known.fixture.js';
import type { Plan } from './plan.js';
import { surroundingsOf } from './surroundings-of.js';

/*
 * Ways past a rule that Gort left open, and their like: each is a line whose program gets something that a rule refuses. `loose` declares
 * nothing, `strict` declares what it takes; both get the same words.
 */

const bundle = `
chasqui_bundle_version: 1
name: ops
version: 1.0.0
description: Operations
permissions: [force, prod]
commands:
  loose:
    description: Declares nothing
    executable: [/bin/echo]
    rules:
      - allow
      - with option["force"] == true must have ops:force
      - with option["env"] == "prod" must have ops:prod
      - with any arg == "prod" must have ops:prod
      - with arg[0] > 10 must have ops:prod
      - with arg[0] == 7 must have ops:prod
  strict:
    description: Declares what it takes
    options:
      force: { type: bool, short: f }
      env: { type: list, short: e }
      count: { type: int, default: 1 }
    positionals: [{ name: what }, { name: more, variadic: true }]
    executable: [/bin/echo]
    rules:
      - allow
      - with option["force"] == true must have ops:force
      - with option["env"] == /(?i)^prod$/ must have ops:prod
      - with any arg == "prod" must have ops:prod
      - with option["count"] > 10 must have ops:prod
  lines: { description: Prints, executable: [/bin/echo], rules: [allow] }
`;

const refused = (line: string, more: Parameters<typeof knownIn>[0] = { bundles: [bundle] }) =>
  decide(parseLine(line), knownIn(more)).kind === 'refused';

describe('a command that declares nothing', () => {
  it.each([
    ['a flag behind an argument', 'ops:loose web --force'],
    ['a flag behind --', 'ops:loose web -- --force'],
    ['a flag in quotes', `ops:loose web "--force"`],
    ['a flag in pieces', `ops:loose web --fo'rc'e`],
    ['a flag with a backslash', String.raw`ops:loose web --f\orce`],
    ['a flag that says yes', 'ops:loose --force=yes'],
    ['a flag by its bare command name', 'loose --force'],
    ['a value behind =', 'ops:loose --env=prod'],
    ['a value in the next word', 'ops:loose --env prod'],
    ['a value in quotes', `ops:loose --env "prod"`],
    ['a value behind = in quotes', `ops:loose "--env=prod"`],
    ['the second of two values', 'ops:loose --env dev --env prod'],
    ['the first of two values', 'ops:loose --env=prod --env=dev'],
    ['an argument in quotes', `ops:loose 'prod'`],
    ['an argument in pieces', `ops:loose p"ro"d`],
    ['an argument behind --', 'ops:loose -- prod'],
    ['an argument behind a flag that may take it', 'ops:loose --verbose prod'],
    ['a number with zeros', 'ops:loose 007'],
    ['a number with a fraction', 'ops:loose 7.0'],
    ['a number beyond what machines count', 'ops:loose 100000000000000000000'],
    ['a number as a power', 'ops:loose 1e3'],
  ])('is refused %s', (_, line) => expect(refused(line)).toBe(true));

  it.each([
    ['a word is not more than a number', 'ops:loose nine'],
    ['nothing is not more than a number', 'ops:loose'],
    ['a flag that says no is none', 'ops:loose --force=false'],
  ])('runs where %s', (_, line) => expect(refused(line)).toBe(false));

  it.each([
    ['--force web', ['--force', 'web']],
    ['web --x=1.10 007 -', ['web', '--x=1.10', '007', '-']],
    [`'a b' "" c\\ d`, ['a b', '', 'c d']],
  ])('gets %s as a shell would give it', (words, argv) => {
    const known = knownIn({ bundles: [bundle], permissions: ['ops:force', 'ops:prod'] });
    expect((decide(parseLine(`ops:loose ${words}`), known) as Plan).invocation?.args).toEqual(argv);
  });
});

describe('a command that declares what it takes', () => {
  it.each([
    ['a flag behind an argument', 'ops:strict web --force'],
    ['a flag by its short name', 'ops:strict web -f'],
    ['a flag among short names', 'ops:strict -fe dev web'],
    ['a flag that says true', 'ops:strict --force=true'],
    ['a value behind =', 'ops:strict --env=prod'],
    ['a value in the next word', 'ops:strict --env prod'],
    ['a value behind a short name', 'ops:strict -e prod'],
    ['a value joined to a short name', 'ops:strict -eprod'],
    ['a value in other letters', 'ops:strict --env PROD'],
    ['one item of a list', 'ops:strict --env dev,prod'],
    ['one of several lists', 'ops:strict --env dev --env prod --env test'],
    ['an argument behind --', 'ops:strict -- prod'],
    ['the last of many arguments', 'ops:strict a b c prod'],
    ['a number in another form', 'ops:strict --count 011'],
    ['a number with a sign', 'ops:strict --count=+11'],
  ])('is refused %s', (_, line) => expect(refused(line)).toBe(true));

  it('takes a flag behind -- as the argument that its program gets', () => {
    const plan = decide(parseLine('ops:strict web -- --force'), knownIn({ bundles: [bundle] })) as Plan;
    expect(plan).toMatchObject({ kind: 'plan', invocation: { args: expect.arrayContaining(['--force']) } });
    expect(plan.invocation?.facts.options.map(({ name }) => name)).not.toContain('force');
  });
});

describe('a way around', () => {
  it('is not an alias, nor what is put behind it', () => {
    const aliases = {
      own: new Map([
        ['go', 'ops:loose web'],
        ['now', 'ops:loose --force'],
      ]),
      site: new Map(),
    };
    for (const line of ['go --force', 'now web'])
      expect(refused(line, { bundles: [bundle], more: { aliases } })).toBe(true);
  });

  it.each([
    'ops:l%',
    'l_ose --force',
    'ops:LOOSE --force',
    'ops:loose\u200b --force',
    '\u043eps:loose --force',
  ])('is not the name %j', (line) =>
    expect(decide(parseLine(line), knownIn({ bundles: [bundle] }))).toMatchObject({
      refusal: { code: 'unknown-command' },
    }),
  );

  it.each([
    ['an argument', 'ops:loose $text', 'prod'],
    ['a value', 'ops:loose --env $text', 'prod'],
    ['a value behind =', 'ops:strict --env=$text', 'prod'],
    ['an argument of many', 'ops:strict web $text', 'prod'],
  ])('is not a record that gives %s', (_, stage, text) => {
    expect(fromRecord(stage, 'dev')).toBe(false);
    expect(fromRecord(stage, text)).toBe(true);
  });

  it('is not a record that gives a flag', () => expect(fromRecord('ops:loose $text', '--force')).toBe(true));
});

/** Whether a stage is refused once its record is there. */
function fromRecord(stage: string, text: string): boolean {
  const known = knownIn({ bundles: [bundle] });
  const plan = decide(parseLine(`ops:lines | ${stage}`), known) as Plan;
  expect(plan.kind).toBe('plan');
  const { asker } = plan;
  const facts = {
    asker,
    where: surroundingsOf(known, asker),
    policy: known.policy,
    relayNamed: () => undefined,
    resolve: resolversOf(known),
  };
  return nextStep(plan, 1, { records: [{ text }], view: { kind: 'auto' } }, facts).kind === 'stop';
}
