import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { readBundle } from './index.js';

const folder = new URL('../../../examples/bundles/', import.meta.url);
const examples = readdirSync(folder)
  .filter((file) => /^[^.]+\.yaml$/.test(file))
  .map((file) => readFileSync(new URL(file, folder), 'utf8'));

/** What every answer is like, whatever was asked. */
function expectAnAnswer(text: string): void {
  const { bundle, faults } = readBundle(text);
  const errors = faults.filter(({ severity }) => severity === 'error');
  expect(bundle === undefined).toBe(errors.length > 0);
  const lines = text.split('\n');
  for (const { line, column, pointer } of faults) {
    expect(line).toBeLessThanOrEqual(lines.length);
    expect(column).toBeLessThanOrEqual((lines[line - 1] ?? '').length + 1);
    expect(Math.min(line, column)).toBeGreaterThan(0);
    expect(pointer).toMatch(/^(?:\/.*)?$/s);
  }
  expect([Object.keys(Object.prototype), Object.keys(Array.prototype)]).toEqual([[], []]);
  for (const one of bundle?.commands ?? []) expect(Object.getPrototypeOf(one.env)).toBe(Object.prototype);
}

const piece = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 8 }),
  fc.constantFrom(
    ': ',
    '- ',
    '\n',
    '\n  ',
    '"',
    "'",
    '|\n',
    '>-\n',
    '&a ',
    '*a',
    '<<: *a',
    '!!str ',
    '? ',
    '---\n',
    '{',
    '}',
    '[',
    ']',
    '#',
    '\t',
    '~',
    'null',
  ),
  fc.constantFrom(
    'commands',
    'rules',
    'allow',
    'executable',
    'permissions',
    'name',
    'options',
    'positionals',
    'examples',
    'default',
    '${a}',
    '__proto__',
    'constructor',
    '1.10',
    'true',
  ),
);

it('answers any text at all', () => {
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 60 }), (pieces) => expectAnAnswer(pieces.join(''))),
    { numRuns: 500 },
  );
});

it('answers a bundle in which anything was replaced', () => {
  const cut = fc.record({ at: fc.nat(), length: fc.nat(30), insert: piece });
  fc.assert(
    fc.property(
      fc.constantFrom(...examples),
      fc.array(cut, { minLength: 1, maxLength: 4 }),
      (example, cuts) => {
        const text = cuts.reduce((before, { at, length, insert }) => {
          const from = at % (before.length + 1);
          return before.slice(0, from) + insert + before.slice(from + length);
        }, example);
        expectAnAnswer(text);
      },
    ),
    { numRuns: 250 },
  );
});

it('answers any data in place of any value', () => {
  const keys = [
    'name',
    'version',
    'description',
    'image',
    'permissions',
    'relay',
    'timeout',
    'limits',
    'env',
    'effect',
    'docker',
    'config',
    'mounts',
    'commands',
  ];
  const command = [
    'description',
    'executable',
    'rules',
    'options',
    'positionals',
    'args',
    'examples',
    'deprecated',
    'output-schema',
    'mounts',
    'image',
    'triggers',
    'templates',
    'limits',
    'env',
    'network',
  ];
  const bundle = fc.dictionary(
    fc.constantFrom(...keys),
    fc.oneof(
      fc.json(),
      fc
        .dictionary(fc.string(), fc.dictionary(fc.constantFrom(...command), fc.jsonValue()))
        .map((commands) => JSON.stringify(commands)),
    ),
  );
  fc.assert(
    fc.property(fc.constantFrom('gort', 'chasqui'), bundle, (format, fields) => {
      const lines = Object.entries(fields).map(([key, json]) => `${key}: ${json}`);
      expectAnAnswer([`${format}_bundle_version: 1`, ...lines, ''].join('\n'));
    }),
    { numRuns: 250 },
  );
});

it('answers any declarations at all', () => {
  const scalar = fc.oneof(
    fc.constantFrom('a', '1', '1.5', 'true', '30s', '', '[a, 1]', '{}', '~', '"${a}"'),
    fc.json(),
  );
  const declaration = fc.dictionary(
    fc.constantFrom(
      'type',
      'of',
      'values',
      'default',
      'pattern',
      'min',
      'max',
      'short',
      'required',
      'variadic',
      'secret',
    ),
    fc.oneof(scalar, fc.constantFrom('int', 'list', 'enum', 'bool', 'count', 'duration', 'user')),
  );
  const flow = (fields: Record<string, string>) =>
    `{${Object.entries(fields)
      .map(([key, value]) => `${key}: ${value}`)
      .join(', ')}}`;
  const names = fc.constantFrom('a', 'b', 'on', 'A', '__proto__', 'constructor', '-x');
  fc.assert(
    fc.property(
      fc.dictionary(names, declaration),
      fc.array(fc.tuple(names, declaration), { maxLength: 3 }),
      fc.array(fc.oneof(scalar, fc.constantFrom('"${b}"', '{when: a, args: [x]}')), { maxLength: 3 }),
      fc.json(),
      (options, positionals, args, schema) => {
        const lines = [
          `options: ${flow(Object.fromEntries(Object.entries(options).map(([name, one]) => [name, flow(one)])))}`,
          `positionals: [${positionals.map(([name, one]) => flow({ ...one, name })).join(', ')}]`,
          `args: [${args.join(', ')}]`,
          `examples: [go a b --a=1 -x, ops:go]`,
          `output-schema: ${schema}`,
          'rules: [\'with option["a"] == 1 and arg[1] in ["x", /y/] allow\']',
        ];
        expectAnAnswer(
          `chasqui_bundle_version: 1\nname: ops\nversion: 1.0.0\ndescription: d\ncommands:\n  go:\n    executable: [/a]\n${lines.map((line) => `    ${line}\n`).join('')}`,
        );
      },
    ),
    { numRuns: 300 },
  );
});

it('calls nothing that a file brings along', () => {
  expectAnAnswer(
    'gort_bundle_version: 1\nname: {"toString": {}}\nimage: {"toString": 1}\nversion: {"valueOf": {}}\n',
  );
});
