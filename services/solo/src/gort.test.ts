import { join } from 'node:path';
import { Bundles } from '@chasqui/api/bundles/bundles.service';
import type { Driver } from '@chasqui/relay/drivers/driver';
import { processDriver } from '@chasqui/relay/drivers/process-driver';
import { whenPostgres } from '@chasqui/testbed/when';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openRoom } from './open-room.fixture.js';

/*
 * Files in Gort's format, as Gort's guide describes them, used unchanged. That their variables are there is tested with
 * what-a-command-sees.test.ts, real images with the drivers of the relay, templates in libs/replies; docs/guide/from-gort.md has examples.
 */

const fleet = `---
gort_bundle_version: 1

name: fleet
version: 0.4
author: Ops <ops@example.org>
homepage: https://example.org/fleet
description: Looks after machines.
long_description: |-
  Looks after machines.
  There are many like it, but this one is ours.

docker:
  image: registry.example.org:5000/fleet
  tag: 1.10

permissions:
- view
- destroy

kubernetes:
  serviceAccountName: fleet

commands:
  words:
    description: "Prints its words"
    executable: [ "/usr/bin/printf", "[%s]\\n" ]
    rules:
      - allow

  image:
    executable: [ /usr/bin/printenv, IMAGE ]
    rules:
      - allow
    triggers:
      - match: "which image"

  both:
    description: Prints on both streams, and fails
    long_description: |-
      Usage:
        fleet:both
    executable: [ /bin/sh, -c, "echo to out; echo to err >&2; exit 3" ]
    rules:
      - must have fleet:view

  say:
    description: Says it in capitals, if it goes well
    executable: [ /bin/echo ]
    templates:
      command: '{{ text | monospace true }}{{ .Response.Out | upper }}{{ endtext }}'
    rules:
      - allow

  nobody:
    description: Has no rules
    executable: [ /bin/echo ]

  remove:
    description: Removes a machine
    executable: [ /bin/echo, removed ]
    rules:
      - must have fleet:view
      - with option[all] == true must have fleet:destroy
      - with option["env"] == "prod" must have fleet:destroy
      - with any arg in ["db", /^prod/] must have fleet:destroy
      - with arg[1] > 5 must have fleet:destroy
`;

/** Permissions that belong to no command. */
const house = `
gort_bundle_version: 1
name: house
version: 1
description: Permissions of this house
permissions: [ops]
`;

/** The forms of Gort's guide and of its rule language, each as the only rule of a command, with who may say what. */
const forms: readonly [rule: string, mayRun: readonly string[], mayNot: readonly string[]][] = [
  ['allow', ['nobody> ', 'bob> x --y'], []],
  ['must have forms:read', ['bob> '], ['nobody> ']],
  ['must have forms:read and house:ops', ['bob> '], ['nobody> ', 'reader> ']],
  ['must have forms:write or forms:read', ['reader> ', 'bob> '], ['nobody> ']],
  ['must have any in [forms:read, forms:write]', ['reader> '], ['nobody> ']],
  ['must have all in [forms:read, house:ops]', ['bob> '], ['reader> ']],
  [
    'must have all in [forms:write, house:ops] or any in [site:admin, forms:read]',
    ['reader> ', 'bob> '],
    ['nobody> '],
  ],
  ['with option[delete] == true must have forms:read', ['bob> --delete'], ['nobody> --delete', 'bob> ']],
  ['with option["dry-run"] == true allow', ['nobody> --dry-run'], ['bob> ']],
  ['with option["dry-run"] == false allow', ['nobody> '], ['bob> --dry-run']],
  ['with option["set"] == /.*/ allow', ['nobody> --set=1', 'nobody> --set'], ['bob> set']],
  ['with option["env"] == "prod" allow', ['nobody> --env prod', 'nobody> --env=prod'], ['bob> --env=dev']],
  ['with option["n"] > 3 and option["n"] <= 10 allow', ['nobody> --n=4', 'nobody> --n 10'], ['bob> --n=3']],
  ["with arg[0] == 'foo' and arg[1] == 'bar' allow", ['nobody> foo bar', 'nobody> "foo" bar'], ['bob> foo']],
  ["with arg[0] == 'foo' or arg[0] == 'bar' allow", ['nobody> bar'], ['bob> baz']],
  ["with arg[0] != 'foo' allow", ['nobody> ', 'nobody> bar'], ['bob> foo']],
  ['with arg[0] < 10 allow', ['nobody> 9', 'nobody> -1.5'], ['bob> 10', 'bob> nine', 'bob> ']],
  ["with arg[0] in ['baz', false, 100] allow", ['nobody> 100', 'nobody> false', 'nobody> 100.0'], ['bob> x']],
  ['with option["foo"] in ["foo", "bar"] allow', ['nobody> --foo=bar'], ['bob> --foo=baz', 'bob> ']],
  ['with any option == /^prod.*/ allow', ['nobody> --a=1 --to=prod-2'], ['bob> --a=1', 'bob> ']],
  ["with any arg in ['wubba', /^f.*/, 10] allow", ['nobody> x 10', 'nobody> foo'], ['bob> x', 'bob> ']],
  ["with all arg in [10, 'baz', 'wubba'] allow", ['nobody> 10 baz', 'nobody> '], ['bob> 10 x']],
  ['with all option < 10 allow', ['nobody> --a=1 --b=9', 'nobody> '], ['bob> --a=1 --b=10']],
  ['with "force" in option allow', ['nobody> --force'], ['bob> force']],
  ["with 'x' in arg allow", ['nobody> y x'], ['bob> y']],
  ['with arg[0] == 1 allow', ['nobody> 1', 'nobody> 1.0'], ['bob> 1x']],
  ['with arg[0] == true allow', ['nobody> true', 'nobody> 1'], ['bob> yes']],
  [
    `when command is forms:COMMAND
       with arg[0] == "disable"
         and arg[1] == "prod"
     must have house:ops and forms:read`,
    ['bob> disable prod'],
    ['reader> disable prod', 'bob> disable dev'],
  ],
  ['forms:COMMAND with arg[0] == /^a/ allow', ['nobody> abc'], ['bob> cba']],
];
const formsBundle = `
gort_bundle_version: 1
name: forms
version: 0.0.1
description: Every form of rule
permissions: [read, write]
commands:
${forms
  .map(([rule], index) =>
    [
      `  c${index}:`,
      '    executable: [/bin/echo, ran]',
      `    rules: [${JSON.stringify(rule.replaceAll('COMMAND', `c${index}`))}]`,
    ].join('\n'),
  )
  .join('\n')}
`;

whenPostgres('a Gort file', (serverUrl) => {
  let room: Awaited<ReturnType<typeof openRoom>>;
  beforeAll(async () => {
    room = await openRoom(serverUrl, {
      bundles: [house, fleet, formsBundle],
      people: {
        alice: ['fleet:view', 'fleet:destroy'],
        bob: ['fleet:view', 'forms:read', 'house:ops'],
        reader: ['forms:read'],
        nobody: [],
      },
      relays: { 'fra-1': [] },
      policy: 'executables: [/bin/echo]',
      openDrivers: (_relay, folder) => [
        processDriver(join(folder, 'work')),
        standIn(processDriver(join(folder, 'containers'))),
      ],
    });
  });
  afterAll(() => room[Symbol.asyncDispose]());

  async function answerTo(line: string, who = 'alice') {
    await room.says(who, line);
    return room.hears('');
  }

  it('gets its image in the old form, registry port and all', async () => {
    expect((await answerTo('!fleet:image')).text).toBe('registry.example.org:5000/fleet:1.10');
  });

  it('runs commands by their bare names, too', async () => {
    expect((await answerTo('!image')).mark).toBe('succeeded');
  });

  it('prints on both streams, and its exit code is told', async () => {
    const { text, mark, exitCode } = await answerTo('!fleet:both');
    expect({ mark, exitCode }).toEqual({ mark: 'failed', exitCode: 3 });
    expect(text).toContain('to out');
    expect(text).toContain('to err');
  });

  it('is drawn by its templates', async () => {
    expect((await answerTo('!fleet:say hello')).text).toBe('HELLO');
  });

  describe('gives its program the words as they were typed:', () => {
    it.each([
      ['', ['']],
      ['-x --dry-run web', ['-x', '--dry-run', 'web']],
      ['web -x', ['web', '-x']],
      ['--env prod --env=prod', ['--env', 'prod', '--env=prod']],
      ['a -- -b --', ['a', '--', '-b', '--']],
      ['- -', ['-', '-']],
      ['1.10 007 1e3 0x10', ['1.10', '007', '1e3', '0x10']],
      ['12345678901234567890 -0 +1 .5', ['12345678901234567890', '-0', '+1', '.5']],
      ['true TRUE null', ['true', 'TRUE', 'null']],
      [`"two words" 'a "b"' "it's"`, ['two words', 'a "b"', "it's"]],
      [`"a"'b'c "" ''`, ['abc', '', '']],
      [String.raw`it\'s a\ b "a\nb" 'a\b' "q\"q"`, ["it's", 'a b', String.raw`a\nb`, String.raw`a\b`, 'q"q']],
      [
        '\u201Csmart\u201D \u2018quotes\u2019 \u2014dash',
        ['\u201Csmart\u201D', '\u2018quotes\u2019', '\u2014dash'],
      ],
      ['*.txt ~ $(id) `id` a;b && c #d %s', ['*.txt', '~', '$(id)', '`id`', 'a;b', '&&', 'c', '#d', '%s']],
      ['h\u00E9llo \u65E5\u672C \u{1F642}', ['h\u00E9llo', '\u65E5\u672C', '\u{1F642}']],
      [`'|' '>' '$x' '>>' '<<Tag|{}>>'`, ['|', '>', '$x', '>>', '<<Tag|{}>>']],
      ['{"a": [1, 2]} x', ['{"a": [1, 2]}', 'x']],
    ])('%s', async (typed, argv) => {
      const { text } = await answerTo(`!fleet:words ${typed}`);
      expect(text).toBe(argv.map((word) => `[${word}]`).join('\n'));
    });
  });

  const said = forms.flatMap(([rule, mayRun, mayNot], index) => [
    ...mayRun.map((line) => [rule, line, true, index] as const),
    ...mayNot.map((line) => [rule, line, false, index] as const),
  ]);
  it.each(said)('judges by %s: %s %s', async (_rule, line, runs, index) => {
    const [who, words] = line.split('> ') as [string, string];
    const { mark, text } = await answerTo(`!forms:c${index} ${words}`, who);
    expect(mark, text).toBe(runs ? 'succeeded' : 'refused');
  });

  describe('keeps what went past Gort\u2019s rules:', () => {
    it.each([
      ['a flag behind an argument', 'web --all', '--all|destroy'],
      ['a flag behind --', 'web -- --all', 'destroy'],
      ['a flag in quotes', 'web "--all"', 'destroy'],
      ['a flag with a value', '--all=yes web', 'destroy'],
      ['a flag with a value of its own in the next word', 'web --all true', 'destroy'],
      ['a value behind =', 'web --env=prod', 'destroy'],
      ['a value in the next word', 'web --env prod', 'destroy'],
      ['a value in quotes', `web --env='prod'`, 'destroy'],
      ['a value in pieces', `web --env=p"ro"d`, 'destroy'],
      ['a value that hides behind another', 'web --env=dev --env=prod', '--env is given more than once'],
      ['a value in doubt', 'web --x --env prod', 'destroy'],
      ['an argument behind others', 'web db', 'destroy'],
      ['an argument in quotes', `web 'prod-1'`, 'destroy'],
      ['an argument behind --', 'web -- db', 'destroy'],
      ['a number with zeros before it', 'web 007', 'destroy'],
    ])('%s', async (_what, words, sentence) => {
      const { mark, text } = await answerTo(`!fleet:remove ${words}`, 'bob');
      expect(mark).toBe('refused');
      expect(text).toMatch(new RegExp(sentence));
      expect((await answerTo('!fleet:remove web 5', 'bob')).text).toBe('removed web 5');
    });

    it.each([
      ['an argument that is not there is not more than five', 'web'],
      ['nor is one that is no number', 'web many'],
    ])('%s', async (_what, words) => {
      expect((await answerTo(`!fleet:remove ${words}`, 'bob')).text).toBe(`removed ${words}`);
    });

    it.each([
      ['a name with a wildcard', '!fleet:sa%', 'sa%'],
      ['another with one', '!f_eet:say hello', 'f_eet'],
      ['a command without rules', '!fleet:nobody', 'no rules'],
    ])('%s', async (_what, line, sentence) => {
      const { mark, text } = await answerTo(line);
      expect(mark).toBe('refused');
      expect(text).toContain(sentence);
    });

    it('"allow" is for those who are known', async () => {
      expect((await answerTo('!fleet:words hello', 'mallory')).mark).toBe('refused');
    });

    it.each(['>> <<Tag|{"Color":"#f00"}>> <<', '{{ header }} {% header "x" %}', '42', '{"a":'])(
      'what is printed, %s, is shown and never read',
      async (printed) => {
        expect((await answerTo(`!fleet:words '${printed}'`)).text).toBe(`[${printed}]`);
        expect((await answerTo(`!fleet:say '${printed}'`)).text).toBe(printed.toUpperCase());
      },
    );
  });

  describe('in several versions', () => {
    const version = (number: string) => `
gort_bundle_version: 1
name: hello
version: ${number}
description: Greets
commands:
  greet: { description: Greets, executable: [/bin/echo, 'from ${number}'], rules: [allow] }
`;
    it('has at most one that is enabled, which is the one that runs', async () => {
      const bundles = room.api.get(Bundles);
      await bundles.install(version('0.9'), 'a test', { enable: true });
      await bundles.install(version('0.10'), 'a test');
      expect((await answerTo('!greet')).text).toBe('from 0.9');

      await bundles.enable('hello', '0.10', 'a test');
      expect((await answerTo('!greet')).text).toBe('from 0.10');
      await expect(bundles.uninstall('hello', '0.10', 'a test')).rejects.toThrow('is enabled');

      await bundles.disable('hello', 'a test');
      expect(await answerTo('!hello:greet')).toMatchObject({ mark: 'refused' });
      await bundles.enable('hello', '0.9', 'a test');
      await bundles.uninstall('hello', '0.10', 'a test');
      expect((await answerTo('!greet')).text).toBe('from 0.9');
    });

    it('is installed with keys that Gort did not know either, which are told', async () => {
      const source = version('2').replace('rules:', 'timeout: 5s, rules:');
      const { warnings } = await room.api.get(Bundles).install(source, 'a test');
      expect(warnings.map(({ code }) => code)).toContain('unknown-key');
    });

    it.each([
      ['a rule that cannot be read', version('1').replace('[allow]', '["must hav x:y"]')],
      [
        'a rule that Gort never could evaluate',
        version('1').replace('[allow]', '["with arg == \'a b\' allow"]'),
      ],
      ['a permission that is not declared', version('1').replace('[allow]', '["must have hello:x"]')],
      ['a version that is none', version('banana')],
      ['a format that is not there', version('1').replace('version: 1', 'version: 99')],
    ])('is refused when it is installed, with %s', async (_what, source) => {
      await expect(room.api.get(Bundles).install(source, 'a test')).rejects.toThrow();
    });
  });
});

/** Stands in for a container engine: runs on this machine what an image would run, and says in `IMAGE` which one that is. */
function standIn(driver: Driver): Driver {
  return {
    ...driver,
    name: 'docker',
    available: async () => true,
    run: ({ image, ...work }, watch, signal) =>
      driver.run({ ...work, env: { ...work.env, IMAGE: image! } }, watch, signal),
  };
}
