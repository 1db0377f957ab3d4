import fc from 'fast-check';
import { stringify } from 'yaml';
import { expect, it } from 'vitest';
import { readBundle, type Bundle } from '../index.js';
import { cogFiles } from './cog-files.fixture.js';
import { convertCog } from './convert-cog.js';

/** The bundle that comes out, and the codes of what is said about it. */
function converted(text: string): { bundle: Bundle; codes: string[]; yaml: string } {
  const { yaml, notes, faults } = convertCog(text);
  expect(faults).toEqual([]);
  const read = readBundle(yaml!);
  expect(read.faults.filter(({ severity }) => severity === 'error')).toEqual([]);
  return { bundle: read.bundle!, codes: notes.map(({ code }) => code), yaml: yaml! };
}

/** One command with these parts in a bundle `b`. */
function command(parts: object, bundle: object = {}) {
  const one = { executable: '/c', description: 'd', arguments: '<a> [b]', rules: ['allow'], ...parts };
  const top = { cog_bundle_version: 5, name: 'b', version: '1.0.0', description: 'd', commands: { c: one } };
  const made = converted(
    stringify({ ...top, permissions: ['b:x', 'b:y'], docker: { image: 'i', tag: 1 }, ...bundle }),
  );
  return { ...made.bundle.commands[0]!, codes: made.codes, yaml: made.yaml, bundle: made.bundle };
}

it.each(Object.keys(cogFiles) as (keyof typeof cogFiles)[])(
  '%s: what comes out is a right bundle',
  (name) => {
    const { bundle } = converted(cogFiles[name]);
    expect(bundle.format).toBe('chasqui');
    expect(bundle.commands.length).toBeGreaterThan(0);
    for (const one of bundle.commands) {
      expect(one).toMatchObject({ calling: 'cog', input: 'each', timeoutMs: 60_000 });
      expect(one.rules.length).toBeGreaterThan(0);
    }
  },
);

it('carries over what a bundle says of itself', () => {
  expect(converted(cogFiles['format 5, all of it']).bundle).toMatchObject({
    name: 'mist',
    version: '0.5.1',
    author: 'Operable',
    homepage: 'https://example.org/mist',
    image: 'registry.example.org:5000/cogcmd/mist:0.5.1',
    permissions: ['mist:view', 'mist:manage-ec2', 'mist:destroy-ec2'],
    config: [{ name: 'AWS_ACCESS_KEY_ID' }, { name: 'AWS_SECRET_ACCESS_KEY' }],
    commands: [
      {
        name: 'ec2-find',
        executable: ['/usr/bin/cog-command'],
        options: [
          { name: 'region', short: 'r', type: 'string', required: true },
          { name: 'tags', type: 'list' },
          { name: 'return', short: 't', type: 'list' },
          { name: 'limit', type: 'int' },
          { name: 'price', type: 'number' },
          { name: 'verbose', short: 'v', type: 'count' },
        ],
        positionals: [{ name: 'name', variadic: true }],
        examples: [
          { line: 'mist:ec2-find --region=us-east-1', description: 'Find all in a region' },
          { line: 'mist:ec2-find -r us-east-1 web db' },
        ],
        rules: ['must have mist:view'],
        mounts: [
          { source: '/etc/mist', target: '/etc/mist', readOnly: true },
          { source: '/var/cache/mist', target: '/cache', readOnly: false },
        ],
      },
      {
        env: { RETRIES: '3', STRICT: 'true', MODE: 'fast' },
        positionals: [{ required: true }, { variadic: true }],
      },
    ],
  });
});

it('keeps the comments of the file and adds what was decided', () => {
  const text = `# Ours since 2016.
cog_bundle_version: 5
name: Tools # short
version: 1.0
description: d
# What people may do.
permissions:
  - Tools:x
  # rarely given
  - Tools:y
commands:
  # Says it.
  say:
    executable: /bin/echo
    rules: [allow]
`;
  expect(convertCog(text, { sentence: ({ code }) => `(${code})` }).yaml).toBe(`# Ours since 2016.
chasqui_bundle_version: 1
# (renamed)
name: tools # short
version: 1.0.0
description: d
# (native)
timeout: 60s
# What people may do.
permissions:
  - x
  # rarely given
  - y
commands:
  # Says it.
  say:
    calling: cog
    input: each
    executable: [/bin/echo]
    # (any-arguments)
    positionals:
      - name: arguments
        variadic: true
    rules:
      - allow
`);
});

it('says where in the Cog file each thing stands', () => {
  const { notes } = convertCog(cogFiles['rules of every kind']);
  expect(notes.filter(({ code }) => code === 'bad-rule')[0]).toMatchObject({
    line: 19,
    column: 49,
    pointer: '/commands/go/rules/4',
    facts: { found: '=' },
  });
});

it.each([
  ['when command is b:c must have b:x', 'must have b:x'],
  ['when command is b:c allow', 'allow'],
  ['with arg[0] == dev must have b:x', 'with arg[0] == "dev" must have b:x'],
  ['with option[n] =< 3 allow', 'with option["n"] <= 3 allow'],
  [
    'with option[f] == true and arg[0] == 1 or arg[1] == 2 allow',
    'with option["f"] == true and (arg[0] == 1 or arg[1] == 2) allow',
  ],
  [
    'with (arg[0] == 1 and arg[1] == 2) or option[f] == true allow',
    'with (arg[0] == 1 and arg[1] == 2) or option["f"] == true allow',
  ],
  [
    "with arg[0] in ['a', b, 3] must have any in [b:x, b:y]",
    'with arg[0] in ["a", "b", 3] must have b:x or b:y',
  ],
  ['must have all in [b:x, b:y]', 'must have b:x and b:y'],
  ['with any args == /^p/ must have b:x', 'with any arg == /^p/ must have b:x'],
  ['with all args in [1, 2] allow', 'with any arg in [1, 2] and all arg in [1, 2] allow'],
  ['with any option[n] in [1] must have b:x', 'with option["n"] in [1] must have b:x'],
  ['with option[gone] != x must have b:x', 'must have b:x'],
  ['with option[gone] == x or option[f] == true must have b:x', 'with option["f"] == true must have b:x'],
])('the rule %j becomes %j', (rule, ours) => {
  expect(command({ rules: [rule], options: { n: { type: 'int' }, f: { type: 'bool' } } }).rules).toEqual([
    ours,
  ]);
});

it.each([
  [['must have b:x', 'must have b:y'], ['must have b:x or b:y'], 'rules-merged'],
  [['must have b:x', 'allow'], ['allow'], 'rules-merged'],
  [['allow', 'with arg[0] == p must have b:x'], ['allow', 'with arg[0] == "p" must have b:x'], undefined],
  [
    ['with arg[0] == p must have b:x', 'with arg[0] == q must have b:y'],
    ['with arg[0] == "p" must have b:x', 'with arg[0] == "q" must have b:y'],
    undefined,
  ],
  [
    ['must have b:x', 'with arg[0] == p allow'],
    ['must have b:x', 'with arg[0] == "p" allow'],
    'rule-stricter',
  ],
  [
    ['with arg[0] == p must have b:x', 'with arg[1] == q must have b:y'],
    ['with arg[0] == "p" must have b:x', 'with arg[1] == "q" must have b:y'],
    'rule-tie',
  ],
  [['must have b:x', 'with arg[0] == p must have b:x and b:y'], undefined, undefined],
  [['must have b:x', 'with arg[0] == p must have b:y'], undefined, 'rule-stricter'],
])('%j: says where rules add up that did not in Cog', (rules, ours, code) => {
  const made = command({ rules });
  if (ours) expect(made.rules).toEqual(ours);
  expect(made.codes.filter((one) => one.startsWith('rule'))).toEqual(code ? [code] : []);
});

it('shows how a rule would give way to a more specific one', () => {
  const { notes } = convertCog(cogFiles['format 5, all of it']);
  expect(notes.find(({ code }) => code === 'rule-stricter')?.facts).toEqual({
    rule: 'must have mist:manage-ec2',
    others: ['with option["region"] == /^prod-/ must have mist:destroy-ec2'],
    instead: 'with not option["region"] == /^prod-/ must have mist:manage-ec2',
  });
});

it.each([
  [
    ['with arg[0] == /(?=x)/ must have b:x', 'allow'],
    ['allow', 'must have b:not-converted'],
  ],
  [
    ['when command is b:other must have b:x', 'allow'],
    ['allow', 'must have b:not-converted'],
  ],
  [['with any options in [x] allow'], ['must have b:not-converted']],
  [['with option[gone] == true allow'], ['must have b:not-converted']],
  [[], ['must have b:not-converted']],
  [['nonsense'], ['must have b:not-converted']],
])('%j: never lets anybody run what Cog kept closed', (rules, ours) => {
  expect(command({ rules }).rules).toEqual(ours);
});

it.each([
  ['<service> [version]', [{ name: 'service', required: true }, { name: 'version' }]],
  ['[file...]', [{ name: 'file', variadic: true }]],
  [
    'file1 [file2 ...]',
    [
      { name: 'file1', required: true },
      { name: 'file2', variadic: true },
    ],
  ],
  ['<service name> …', [{ name: 'service-name', required: true, variadic: true }]],
  ['[<key>]', [{ name: 'key' }]],
  ['[a] <b>', [{ name: 'arguments', variadic: true }]],
  ['<a...> <b>', [{ name: 'arguments', variadic: true }]],
  ['list | create <x>', [{ name: 'arguments', variadic: true }]],
  ['[-v] name', [{ name: 'arguments', variadic: true }]],
  ['<open', [{ name: 'arguments', variadic: true }]],
])('the synopsis %j takes %j', (text, positionals) => {
  const strings = positionals.map((one) => ({ ...one, type: 'string' }));
  expect(command({ arguments: text }).positionals).toEqual(strings);
});

it('takes more arguments where rules look at more', () => {
  const made = command({ arguments: '<a>', rules: ['with arg[1] == x must have b:x'] });
  expect(made.positionals?.map(({ name }) => name)).toEqual(['a', 'arguments']);
  expect(made.codes).toContain('more-arguments');
});

it('gives names of Chasqui another form, and answers help itself', () => {
  const options = { on: { type: 'bool' }, help: { type: 'bool' }, Wait: { type: 'int', short_flag: 'W' } };
  const made = command({ options, rules: ['with option[on] == true and option[Wait] > 1 allow'] });
  expect(made.options?.map(({ name, short }) => [name, short])).toEqual([
    ['cog-on', undefined],
    ['cog-wait', 'W'],
  ]);
  expect(made.rules).toEqual(['with option["cog-on"] == true and option["cog-wait"] > 1 allow']);
});

it('keeps examples that can be sent, and the text of others', () => {
  const made = command({ examples: 'Like so:\n  !b:c one\n\nc one two three\n\nb:c two' });
  expect(made.examples).toEqual([{ line: 'b:c one', description: 'Like so' }, { line: 'b:c two' }]);
  expect(made.longDescription).toContain('c one two three');
});

it('makes one template of all, chosen by what the command names', () => {
  const templates = {
    one: { body: '~$results[0].a~' },
    two: { body: '~each var=$results~* **~$item.b~**\n~end~' },
  };
  expect(command({}, { templates }).bundle.templates?.command).toBe(`{% case response.template %}
{% when "one" %}
{{ response.records[0].a }}
{% when "two" %}
{% for item in response.records %}* {{ item.b }}
{% endfor %}
{% else %}
{% if response.structured %}
{% table response.records %}
{% else %}
{{ response.out }}
{% endif %}
{% endcase %}
`);
});

it('leaves out what cannot be read and says so', () => {
  const readTemplate = (text: string) =>
    text.includes('bad') ? { code: 'x', line: 1, column: 1, facts: {} } : {};
  const text = stringify({
    cog_bundle_version: 5,
    name: 'b',
    version: '1.0',
    description: 'd',
    templates: { a: { body: 'good' }, b: { body: 'bad' }, c: { slack: '{{x}}', hipchat: '{{x}}' } },
    commands: { c: { executable: '/c', rules: ['allow'] }, gone: { rules: ['allow'] } },
  });
  const { yaml, notes } = convertCog(text, { readTemplate });
  expect(yaml).toContain('{% when "a" %}\ngood'.replaceAll('\n', '\n    '));
  expect(yaml).not.toMatch(/bad|gone/);
  expect(notes.map(({ code, facts }) => [code, facts['name'] ?? facts['command']])).toContainEqual([
    'template-mustache',
    'c',
  ]);
  expect(notes.map(({ code }) => code)).toEqual(
    expect.arrayContaining(['template-not-carried', 'command-left-out']),
  );
});

it.each([
  ['a: 1', 'not-cog'],
  ['gort_bundle_version: 1', 'not-cog'],
  ['cog_bundle_version: 2', 'cog-version'],
  ['cog_bundle_version: 6', 'cog-version'],
  ['cog_bundle_version: [5]', 'cog-version'],
  ['cog_bundle_version: 5', 'nothing-left'],
  ['cog_bundle_version: 5\ndocker: { image: "A B" }', 'bad-image'],
  ['cog_bundle_version: 5\nname: a\nname: b', 'duplicate-key'],
  ['[', 'bad-yaml'],
  ['', 'empty-document'],
])('%j cannot be converted: %s', (text, code) => {
  const { yaml, faults } = convertCog(text);
  expect(yaml).toBeUndefined();
  expect(faults[0]).toMatchObject({
    code,
    line: expect.any(Number) as number,
    column: expect.any(Number) as number,
  });
});

/** Keys of Cog's files before all others, so that arbitrary data reaches every part. */
const key = fc.oneof(
  fc.constantFrom(
    'name',
    'version',
    'description',
    'permissions',
    'docker',
    'image',
    'tag',
    'binds',
    'config',
    'env',
    'var',
  ),
  fc.constantFrom(
    'templates',
    'body',
    'commands',
    'executable',
    'rules',
    'arguments',
    'options',
    'type',
    'short_flag',
  ),
  fc.constantFrom('examples', 'notes', 'output', 'env_vars', 'required', 'toString', 'constructor'),
  fc.string({ maxLength: 6 }),
);
const word = fc.oneof(
  fc.constantFrom(
    'allow',
    'must have b:x',
    'with arg[0] == 1 allow',
    '/c',
    'b:c',
    'string',
    '~$results~',
    '~each var=$results~',
  ),
  fc.constantFrom(
    '~end~',
    '| a |\n|---|\n~each var=$results~\n| ~$item.a~ |\n~end~',
    '<a> [b...]',
    '# x\n',
    '```',
    '{{ x }}',
  ),
  fc.string({ unit: 'binary', maxLength: 12 }),
);
const { data } = fc.letrec<{ data: unknown }>((tie) => ({
  data: fc.oneof(
    { maxDepth: 4, depthSize: 'small' },
    word,
    fc.oneof(fc.integer(), fc.boolean(), fc.constant(null), fc.double()),
    fc.array(tie('data'), { maxLength: 3 }),
    fc.dictionary(key, tie('data'), { maxKeys: 4 }),
  ),
}));

/** Either a bundle that can be read, or a reason with its place. */
function expectAnAnswer(text: string): void {
  const { yaml, faults, notes } = convertCog(text, {
    sentence: ({ code, facts }) => `${code} ${JSON.stringify(facts)}`,
  });
  if (yaml === undefined) expect(faults.length).toBeGreaterThan(0);
  else expect(readBundle(yaml).bundle).toBeDefined();
  for (const { line, column } of notes) expect(Math.min(line, column)).toBeGreaterThan(0);
}

it('has an answer to any data', () => {
  const commands = fc.dictionary(key, fc.dictionary(key, data, { maxKeys: 8 }), { minKeys: 1, maxKeys: 3 });
  const file = fc.record({ top: fc.dictionary(key, data, { maxKeys: 8 }), commands });
  fc.assert(
    fc.property(file, ({ top, commands: some }) => {
      const whole = { cog_bundle_version: 5, docker: { image: 'i', tag: 't' }, ...top, commands: some };
      expectAnAnswer(stringify(whole));
    }),
    { numRuns: 150 },
  );
});

it('has an answer to any text, and to files in which something is cut out or put in', () => {
  const files = fc.constantFrom(...Object.values(cogFiles));
  const cut = fc.tuple(
    files,
    fc.nat(3000),
    fc.nat(40),
    fc.oneof(word, fc.constantFrom('&a ', '*a', ': ', '- ', '\n')),
  );
  fc.assert(
    fc.property(fc.oneof(fc.string({ unit: 'binary' }), cut), (given) => {
      if (typeof given === 'string') return expectAnAnswer(`cog_bundle_version: 5\n${given}`);
      const [file, at, length, put] = given;
      expectAnAnswer(file.slice(0, at) + put + file.slice(at + length));
    }),
    { numRuns: 500 },
  );
});
