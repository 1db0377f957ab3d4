import { describe, expect, it } from 'vitest';
import { expectOnly, gorts, oneCommand, ours, type Row } from './one-fault.fixture.js';
import { readBundle } from './index.js';

/** A bundle with one declared command; what a test is about stands in it. */
function command(lines: string, head = ''): string {
  const indented = lines
    .trim()
    .split('\n')
    .map((line) => `    ${line}\n`)
    .join('');
  return `${ours}${head}commands:
  go:
    description: d
    executable: [/bin/echo]
    examples: [go]
${lines.includes('rules:') ? '' : '    rules: [allow]\n'}${indented}`;
}

/** The same where the examples are what it is about. */
const exampled = (lines: string, examples: string) =>
  command(lines).replace('examples: [go]', `examples: ${examples}`);

const at = '/commands/go';

const errors: Row[] = [
  ['bad-name', `${at}/options/Loud`, command('options:\n  ▸Loud: {}'), { what: 'option' }],
  ['bad-name', `${at}/options/-l`, command('options:\n  ▸-l: {}')],
  ['reserved-option', `${at}/options/on-each`, command('options:\n  ▸on-each: {}'), { name: 'on-each' }],
  ['reserved-option', `${at}/options/help`, command('options:\n  ▸help: {type: bool}')],
  ['bad-short', `${at}/options/a/short`, command('options:\n  a: {short: ▸ab}')],
  [
    'duplicate-short',
    `${at}/options/b/short`,
    command('options:\n  a: {short: x}\n  b: {short: ▸x}'),
    { name: 'b', other: 'a' },
  ],
  [
    'duplicate-name',
    `${at}/positionals/0/name`,
    command('options: {a: {}}\npositionals: [{name: ▸a}]'),
    { name: 'a', other: 'option' },
  ],
  ['duplicate-name', `${at}/positionals/1/name`, command('positionals: [{name: a}, {name: ▸a}]')],
  ['wrong-type', `${at}/options/a`, command('options: {▸a: }'), { expected: 'mapping', found: 'nothing' }],
  ['missing-key', `${at}/positionals/0/name`, command('positionals: [▸{type: int}]')],
  [
    'not-allowed-value',
    `${at}/options/a/type`,
    command('options: {a: {type: ▸integer}}'),
    { value: 'integer' },
  ],
  ['unknown-key', `${at}/options/a/choices`, command('options: {a: {▸choices: [x]}}'), { key: 'choices' }],
  ['no-values', `${at}/options/a/values`, command('options: {▸a: {type: enum}}')],
  ['misplaced-key', `${at}/options/a/values`, command('options: {a: {values: ▸[x]}}'), { type: 'string' }],
  ['misplaced-key', `${at}/options/a/of`, command('options: {a: {of: ▸int}}')],
  ['misplaced-key', `${at}/options/a/pattern`, command('options: {a: {type: int, pattern: ▸x}}')],
  ['misplaced-key', `${at}/options/a/max`, command('options: {a: {type: bool, max: ▸1}}')],
  ['bad-bound', `${at}/options/a/min`, command('options: {a: {type: duration, min: ▸5}}'), { value: '5' }],
  ['bad-bound', `${at}/options/a/min`, command('options: {a: {min: ▸-1}}')],
  ['bad-bound', `${at}/options/a/max`, command('options: {a: {type: int, min: 5, max: ▸4}}'), { least: 5 }],
  ['bad-pattern', `${at}/options/a/pattern`, command("options: {a: {pattern: ▸'(?=x)'}}")],
  ['bad-pattern', `${at}/triggers/0/match`, command("triggers: [{match: ▸'('}]\noptions: {}")],
  ['too-long', `${at}/options/a/pattern`, command(`options: {a: {pattern: ▸${'x'.repeat(5000)}}}`)],
  ...(
    [
      ['type: int', '1.5'],
      ['type: int', '0x10'],
      ['type: int', '10000000000000000001'],
      ['type: int, max: 3', '4'],
      ['type: number', 'many'],
      ['type: bool', 'perhaps'],
      ['type: count', 'x'],
      ['type: duration', '30'],
      ['type: duration, min: 1m', '30s'],
      ['type: enum, values: [a, b]', 'c'],
      ['type: list, of: int', '[1, x]'],
      ['type: list, max: 1', '[a, b]'],
      ['pattern: "[a-z]+"', 'A1'],
      ['min: 3', 'ab'],
      ['type: string', '[a]'],
    ] as const
  ).map(([says, value]): Row => [
    'bad-default',
    `${at}/options/a/default`,
    command(`options: {a: {${says}, default: ▸${value}}}`),
  ]),
  [
    'required-default',
    `${at}/options/a/default`,
    command('options: {a: {required: true, default: ▸x}}').replace('examples: [go]', 'examples: [go --a=x]'),
  ],
  ['secret-default', `${at}/options/a/default`, command('options: {a: {secret: true, default: ▸x}}')],
  [
    'bad-positional-type',
    `${at}/positionals/0/type`,
    command('positionals: [{name: a, type: ▸list, variadic: true}]'),
  ],
  ['not-allowed-value', `${at}/positionals/0/type`, command('positionals: [{name: a, type: ▸count}]')],
  [
    'required-after-optional',
    `${at}/positionals/1`,
    command('positionals:\n  - {name: a}\n  - ▸{name: b, required: true}'),
    { name: 'b', after: 'a' },
  ],
  [
    'variadic-not-last',
    `${at}/positionals/0`,
    command('positionals:\n  - ▸{name: a, variadic: true}\n  - {name: b}'),
  ],
  ['args-undeclared', `${at}/args`, command('▸args: [x]').replace('    examples: [go]\n', '')],
  [
    'unknown-value',
    `${at}/args/1`,
    command(
      "options: {level: {}}\nargs: [-v, '--l=▸${levle}']".replace('▸', '').replace("'--l=${", "'--l=${▸"),
    ),
    { name: 'levle', suggestion: 'level' },
  ],
  ['unknown-value', `${at}/args/0/when`, command('options: {a: {}}\nargs: [{when: ▸b, args: [x]}]')],
  ['open-template', `${at}/args/0`, command("options: {a: {}}\nargs: ['x▸${a']")],
  [
    'wrong-type',
    `${at}/args/0`,
    command('options: {a: {}}\nargs: [▸[x]]'),
    { expected: ['text', 'mapping'] },
  ],
  [
    'rule-unknown-option',
    `${at}/rules/0`,
    command('options: {force: {type: bool}}\nrules:\n  - with option["▸forse"] == true allow'),
    { option: 'forse', suggestion: 'force' },
  ],
  [
    'rule-unknown-option',
    `${at}/rules/0`,
    command('options: {force: {type: bool, short: f}}\nrules:\n  - with option["▸f"] == true allow'),
    { suggestion: 'force' },
  ],
  [
    'rule-unknown-argument',
    `${at}/rules/0`,
    command('positionals: [{name: a}]\nrules:\n  - with ▸arg[1] == "x" allow'),
    { argument: 'arg[1]', count: 1 },
  ],
  ['bad-example', `${at}/examples/0`, exampled('options: {}', "['go \"▸x']").replace('"▸', '▸"')],
  ['bad-example', `${at}/examples/0`, exampled('options: {}', '[go ▸--loud]'), { refused: 'bad-arguments' }],
  [
    'bad-example',
    `${at}/examples/0/line`,
    exampled('positionals: [{name: n, type: int}]', '[{line: ops:go ▸x, description: d}]'),
  ],
  ['bad-successor', `${at}/deprecated/successor`, command('options: {}\ndeprecated: {successor: ▸other}')],
  [
    'unknown-successor',
    `${at}/deprecated/successor`,
    command('options: {}\ndeprecated: {successor: ▸ops:og}'),
  ],
  [
    'wrong-type',
    `${at}/deprecated`,
    command('options: {}\ndeprecated: ▸soon'),
    { expected: ['boolean', 'mapping'] },
  ],
  ['bad-mount', `${at}/mounts/0`, command('options: {}\nimage: a\nmounts: [▸a:/b]')],
  ['bad-mount', `${at}/mounts/0`, command('options: {}\nimage: a\nmounts: [▸/a/../b:/b]')],
  ['bad-mount', `${at}/mounts/0`, command('options: {}\nimage: a\nmounts: [▸/a:/b:rx]')],
  ['bad-platform', `${at}/platform`, command('options: {}\nplatform: ▸arm64')],
  ['bad-platform', `${at}/platform/1`, command('options: {}\nplatform: [linux/arm64, ▸Linux/amd64]')],
  ['bad-capability', `${at}/capabilities/0`, command('options: {}\nimage: a\ncapabilities: [▸ALL]')],
  ['bad-capability', `${at}/capabilities/1`, command('options: {}\nimage: a\ncapabilities: [A_B, ▸net_raw]')],
  [
    'bad-folder',
    `${at}/mounts/0/target`,
    command('options: {}\nimage: a\nmounts: [{source: /a, target: ▸b}]'),
  ],
  ['bad-env-name', '/config/a-b', `${ours}config: {▸a-b: {}}${oneCommand}`],
  ['reserved-env-name', '/config/CHASQUI_X', `${ours}config: {▸CHASQUI_X: {}}${oneCommand}`],
  ['config-and-env', '/config/A', `${ours}config: {▸A: {}}\nenv: {A: x}${oneCommand}`],
  ['config-and-env', `${at}/env/A`, command('options: {}\nenv: {▸A: x}', 'config: {A: {}}\n')],
  ['not-allowed-value', '/config/A/type', `${ours}config: {A: {type: ▸list}}${oneCommand}`],
  ['bad-default', '/config/A/default', `${ours}config: {A: {type: int, default: ▸x}}${oneCommand}`],
  ['secret-default', '/config/A/default', `${ours}config: {A: {secret: true, default: ▸x}}${oneCommand}`],
  [
    'bad-name',
    '/commands/user  list',
    `${ours}${oneCommand}  ▸user  list: {description: d, executable: [/a], rules: [allow]}`,
  ],
  [
    'bad-name',
    '/commands/user -l',
    `${ours}${oneCommand}  ▸user -l: {description: d, executable: [/a], rules: [allow]}`,
  ],
];

const retries: Row[] = [
  ['bad-retries', `${at}/retries`, command('effect: read\nretries: ▸6'), { most: 5 }],
  ['bad-retries', `${at}/retries`, command('effect: read\nretries: ▸-1')],
  ['bad-retries', `${at}/retries`, command('effect: read\nretries: ▸1.5')],
  ['retries-of-write', `${at}/retries`, command('▸retries: 1'), { command: 'go' }],
  ['retries-of-write', `${at}/retries`, command('effect: write\n▸retries: 2')],
  ['retries-of-write', '/retries', `${ours}▸retries: 2\n${oneCommand.trimStart()}`],
];

const waits: Row[] = [
  ['bad-no-relay', `${at}/no-relay`, command('no-relay: ▸later')],
  ['bad-no-relay', `${at}/no-relay`, command('no-relay: ▸wait')],
  ['bad-no-relay', `${at}/no-relay`, command('no-relay: ▸wait 2d')],
  ['bad-number', `${at}/concurrency`, command('concurrency: ▸0')],
  ['unknown-value', `${at}/lock`, command('lock: x-${▸env}'), { name: 'env' }],
  ['open-template', `${at}/lock`, command('lock: x-▸${env')],
  ['lock-without-value', `${at}/lock`, command('options: {env: {}}\nlock: x-${▸env}'), { name: 'env' }],
  [
    'lock-secret',
    `${at}/lock`,
    exampled('options: {env: {required: true, secret: true}}\nlock: x-${▸env}', '[go --env=x]'),
  ],
];

const files: Row[] = [
  ['bad-file-path', `${at}/files/out`, command('files: {out: ▸out}')],
  ['bad-file-path', `${at}/files/out`, command('files: {out: ▸/proc/x}')],
  ['bad-file-path', `${at}/files/in/a`, command('files: {in: {a: ▸/in/../b}}')],
  ['bad-file-path', `${at}/files/in/a`, command('files: {in: {▸a: /photo.png}}')],
  ['bad-name', `${at}/files/in/A b`, command('files: {in: {▸A b: /in/a}}')],
  ['files-apart', `${at}/files/in/b`, command('files: {in: {a: /in/a, ▸b: {to: /other/b}}}')],
  ['files-overlap', `${at}/files/out`, command('files: {in: {a: /in/a}, out: ▸/in/out}')],
  ['file-input-twice', `${at}/files/in/b`, command('files: {in: {a: stdin, ▸b: stdin}}')],
  ['file-input-twice', `${at}/files/in/a`, command('input: all\nfiles: {in: {▸a: stdin}}')],
];

const schemas: Row[] = [
  ['bad-schema', 'type', '{type: ▸text}'],
  ['bad-schema', 'required', '{required: ▸name}'],
  ['bad-schema', 'properties/a', '{properties: {a: ▸string}}'],
  ['bad-schema', '$ref', '{$ref: ▸https://example.org/a}'],
  ['schema-keyword', 'propertys', '{▸propertys: {}}', { suggestion: 'properties' }],
  ['schema-not-checked', 'properties/a/pattern', '{properties: {a: {▸pattern: x}}}'],
  ['schema-not-checked', 'uniqueItems', '{▸uniqueItems: true}'],
  ['schema-reference', '', "▸{$ref: '#/$defs/a'}", { ref: '#/$defs/a' }],
  ['schema-endless', '', "▸{$defs: {a: {items: {$ref: '#/$defs/a'}}}, $ref: '#/$defs/a'}"],
  ['schema-endless', '', "▸{$ref: '#'}"],
  [
    'schema-too-large',
    '',
    `▸{$defs: {a0: {}, ${Array.from({ length: 20 }, (_, i) => `a${i + 1}: {anyOf: [{$ref: '#/$defs/a${i}'}, {$ref: '#/$defs/a${i}'}]}`).join(', ')}}, $ref: '#/$defs/a20'}`,
  ],
].map(([code, pointer, schema, facts]): Row => [
  code as Row[0],
  `${at}/output-schema${pointer ? `/${pointer as string}` : ''}`,
  command(`options: {}\noutput-schema: ${schema as string}`),
  facts as Record<string, unknown>,
]);

const rules = (declared: string, rule: string) => command(`${declared}\nrules:\n  - ▸${rule}`);

const warnings: Row[] = [
  [
    'no-examples',
    at,
    `${ours}commands:\n  ▸go: {description: d, executable: [/a], rules: [allow], options: {}}\n`,
  ],
  ['example-of-other', `${at}/examples/0`, exampled('options: {}', '[▸stay here]')],
  ['own-option', `${at}/options/pause`, command('options: {▸pause: {type: duration}}'), { name: 'pause' }],
  ['no-successor', `${at}/deprecated`, command('options: {}\n▸deprecated: true')],
  ['mounts-without-image', `${at}/mounts`, command('options: {}\n▸mounts: [/a:/b]')],
  ['capabilities-without-image', `${at}/capabilities`, command('options: {}\n▸capabilities: [NET_RAW]')],
  ['on-error-unused', `${at}/on-error`, command('options: {}\ninput: all\n▸on-error: stop')],
  ...(
    [
      ['options: {a: {type: int}}', 'with option["a"] == "many" allow'],
      ['options: {a: {type: int, max: 3}}', 'with option["a"] == 4 allow'],
      ['options: {a: {type: int}}', 'with option["a"] != 1.5 allow'],
      ['options: {a: {type: enum, values: [x, y]}}', 'with option["a"] in ["x", "z"] allow'],
      ['options: {a: {type: enum, values: [x, y]}}', 'with option["a"] == /^z/ allow'],
      ['options: {a: {type: bool}}', 'with option["a"] == "yes" allow'],
      ['options: {a: {type: duration}}', 'with option["a"] == "30s" allow'],
      ['options: {a: {}}', 'with option["a"] > "5" allow'],
      ['positionals: [{name: a, type: user}]', 'with arg[0] == "@ann" allow'],
      ['positionals: [{name: a, type: int, variadic: true}]', 'with arg[7] == "x" allow'],
    ] as const
  ).map(([declared, rule]): Row => ['rule-never', `${at}/rules/0`, rules(declared, rule)]),
  [
    'bad-pattern',
    `${at}/triggers/0/match`,
    `${gorts}commands: {go: {executable: [/a], rules: [allow], triggers: [{match: ▸'('}]}}`,
  ],
];

describe('one fault', () => {
  it.each(
    [...errors, ...retries, ...waits, ...files, ...schemas].map((row) => [row[0], row[2], row] as const),
  )('%s in %j', (_code, _text, row) => expectOnly('error', row));
  it.each(warnings.map((row) => [row[0], row[2], row] as const))(
    '%s, a warning, in %j',
    (_code, _text, row) => expectOnly('warning', row),
  );
});

describe('no fault', () => {
  it.each([
    rules('options: {a: {type: int}}', 'with option["a"] > 5 and option["a"] in [6, 7.0] allow'),
    rules('options: {a: {type: bool}}', 'with option["a"] == false allow'),
    rules('options: {a: {type: list, of: int, min: 2}}', 'with option["a"] == 1 allow'),
    rules('positionals: [{name: a, variadic: true}]', 'with arg[7] == "x" allow'),
    rules('options: {}', 'with any option == true or all arg != "x" allow'),
    exampled(
      'positionals: [{name: who, type: user}]',
      '[go @ann, "ops:go ann | where a>1", "seed 1 | go --on dc=fra"]',
    ),
    command("options: {a: {}}\nargs: ['${a}', {when: a, args: ['--a', '${a}$']}]"),
    command(
      "options: {}\noutput-schema: {$defs: {a: {format: date}}, properties: {format: {$ref: '#/$defs/a'}, b: true}}",
    ),
    command('options: {}\ndeprecated: {message: because}'),
    command('options: {}\ndeprecated: {successor: other:thing here}'),
    `${gorts}permissions: [a, b]\ncommands: {go: {executable: [/a], rules: [must have ops:a and ops:b or ops:a, must have ops:a or (ops:b and ops:a)]}}`,
  ])('in %j', (text) => {
    expect(readBundle(text.replace('▸', '')).faults).toEqual([]);
  });
});

it('becomes a bundle with everything it declares, each value of its type', () => {
  const { bundle, faults } = readBundle(`chasqui_bundle_version: 1
name: ops
version: 1.0.0
description: d
license: Apache-2.0
image: busybox:1.37
mounts: [/etc/ssl:/etc/ssl]
config:
  API_URL: {required: true, description: Where the API is.}
  RETRIES: {type: int, default: 3}
  TOKEN: {secret: true}
commands:
  user list:
    description: Lists users.
    rules: [allow]
    options:
      level: {short: l, type: enum, values: [low, 1.10, yes], default: 1.10}
      within: {type: duration, min: 1s, max: 1h, default: 1m30s}
      tags: {type: list, of: int, default: [1, 2], min: 1}
      dry-run: {type: bool, default: no}
      reason: {required: true, pattern: '\\w+', secret: true}
    positionals:
      - {name: owner, type: user, required: true}
      - {name: rest, type: number, variadic: true, default: [0.5, 2]}
    args: ['\${owner}', {when: dry-run, args: [-n]}, 7]
    examples:
      - user list ann --reason=x
      - {line: 'ops:user list @ann 1 2 --reason y', description: Says more.}
    input: each
    output: ndjson
    on-error: continue
    output-schema: {type: object, required: [name]}
    deprecated: {successor: 'people:list', message: Moved.}
    mounts: [/a:/b:rw, {source: /c, target: /d}]
    capabilities: [NET_RAW, CAP_SYS_TIME]
    platform: linux/arm64
    store: true
    calling: cog
`);
  expect(faults).toEqual([]);
  expect(bundle).toMatchObject({
    license: 'Apache-2.0',
    config: [
      { name: 'API_URL', type: 'string', required: true, description: 'Where the API is.' },
      { name: 'RETRIES', type: 'int', default: 3 },
      { name: 'TOKEN', type: 'string', secret: true },
    ],
  });
  expect(bundle?.commands).toEqual([
    {
      name: 'user list',
      description: 'Lists users.',
      executable: [],
      image: 'busybox:1.37',
      rules: ['allow'],
      network: false,
      writableRoot: false,
      effect: 'write',
      env: {},
      options: [
        { name: 'level', short: 'l', type: 'enum', values: ['low', '1.10', 'yes'], default: '1.10' },
        { name: 'within', type: 'duration', min: 1000, max: 3_600_000, default: 90_000 },
        { name: 'tags', type: 'list', of: 'int', default: [1, 2], min: 1 },
        { name: 'dry-run', type: 'bool', default: false },
        { name: 'reason', type: 'string', required: true, pattern: '\\w+', secret: true },
      ],
      positionals: [
        { name: 'owner', type: 'user', required: true },
        { name: 'rest', type: 'number', variadic: true, default: [0.5, 2] },
      ],
      args: ['${owner}', { when: 'dry-run', args: ['-n'] }, '7'],
      examples: [
        { line: 'user list ann --reason=x' },
        { line: 'ops:user list @ann 1 2 --reason y', description: 'Says more.' },
      ],
      input: 'each',
      output: 'ndjson',
      onError: 'continue',
      outputSchema: { type: 'object', required: ['name'] },
      deprecated: { successor: 'people:list', message: 'Moved.' },
      mounts: [
        { source: '/a', target: '/b', readOnly: false },
        { source: '/c', target: '/d', readOnly: true },
      ],
      capabilities: ['NET_RAW', 'SYS_TIME'],
      platforms: ['linux/arm64'],
      store: true,
      calling: 'cog',
    },
  ]);
});

it('reads templates with what it is given to read them', () => {
  const text = `${ours}templates: {command: "a\\nb{{"}${oneCommand}`;
  const readTemplate = () => ({ code: 'not-closed', line: 2, column: 2, facts: {} });
  expect(readBundle(text).faults).toEqual([]);
  expect(readBundle(text, { readTemplate }).faults).toMatchObject([
    {
      code: 'bad-template',
      line: 5,
      column: 27,
      pointer: '/templates/command',
      facts: { fault: 'not-closed' },
    },
  ]);
});

it('keeps the rules of a Gort file as Gort reads them, from left to right', () => {
  const rules = 'rules: [must have ops:a or ops:b and ops:c]';
  const gort = readBundle(`${gorts}permissions: [a, b, c]\ncommands: {go: {executable: [/a], ${rules}}}`);
  expect(gort.bundle?.commands[0]?.rules).toEqual(['must have (ops:a or ops:b) and ops:c']);
});
