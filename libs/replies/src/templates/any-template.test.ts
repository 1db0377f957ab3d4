import { Block } from '@chasqui/contracts';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { convertGortTemplate } from '../gort-templates/convert-gort-template.js';
import { engine } from './engine.js';
import type { Envelope } from './envelope.js';
import { exampleEnvelope } from './example-envelope.js';
import { filters } from './filters.js';
import { readTemplate } from './read-template.js';
import { renderTemplate } from './render-template.js';
import { isTemplateFault, type TemplateFault } from './template-fault.js';

const names = [
  'payload',
  'payload.a',
  'response.records',
  'response.out',
  'error',
  'a',
  '__proto__',
  'payload["__proto__"]',
  'constructor',
  'forloop',
  '"x"',
  "'%}'",
  '-1.5',
  '1e9',
  'nil',
  'empty',
  '(1..9)',
  '"a.b"',
];
const value = fc.constantFrom(...names);
const filter = fc
  .tuple(fc.constantFrom(...Object.keys(filters), 'raw', 'where_exp'), fc.array(value, { maxLength: 3 }))
  .map(([name, given]) => ` | ${name}${given.length > 0 ? `: ${given.join(', ')}` : ''}`);
const filtered = fc
  .tuple(value, fc.array(filter, { maxLength: 3 }))
  .map(([first, more]) => first + more.join(''));
const tagName = fc.constantFrom(
  ...Object.keys(engine.tags),
  'endif',
  'endfor',
  'endtext',
  'endcode',
  'endfield',
  'endcapture',
  'else',
  'elsif',
  'when',
  'include',
  'render',
);
const piece = fc.oneof(
  filtered.map((one) => `{{ ${one} }}`),
  fc
    .tuple(
      tagName,
      fc.array(fc.oneof(value, fc.constantFrom('in', '=', '==', ',', 'color:', 'and')), { maxLength: 5 }),
    )
    .map(([name, words]) => `{% ${name} ${words.join(' ')} %}`),
  filtered.map((one) => `{% assign a = ${one} %}`),
  filtered.map((one) => `{% for a in payload %}{{ ${one} }}{% endfor %}`),
  filtered.map(
    (one) =>
      `{% if ${one} %}{% text %}{{ ${one} }}{% endtext %}{% else %}{% table ${one.split(' ')[0]} %}{% endif %}`,
  ),
  value.map((one) => `{% link ${one}, ${one} %}{% image ${one} %}{% header ${one}, color: ${one} %}`),
  fc.string({ maxLength: 6 }),
  fc.constantFrom('{{', '}}', '{%', '%}', '"', '\n', '|', '{%-', '-%}'),
);
const template = fc.array(piece, { maxLength: 8 }).map((pieces) => pieces.join(''));

const key = fc.constantFrom(
  'a',
  'b',
  '__proto__',
  'constructor',
  'toString',
  'valueOf',
  'size',
  'first',
  'length',
  'then',
  'toJSON',
  'toLiquid',
  'next',
);
const json = fc.letrec((tie) => ({
  any: fc.oneof(
    { maxDepth: 3 },
    fc.string(),
    fc.double(),
    fc.boolean(),
    fc.constant(null),
    tie('list'),
    tie('object'),
  ),
  list: fc.array(tie('any'), { maxLength: 4 }),
  object: fc.array(fc.tuple(key, tie('any')), { maxLength: 4 }).map((entries) => {
    const object = {};
    // As JSON.parse does it: `__proto__` is a name like any other.
    for (const [name, one] of entries)
      Object.defineProperty(object, name, {
        value: one,
        enumerable: true,
        configurable: true,
        writable: true,
      });
    return object;
  }),
})).any;
const envelope = fc
  .tuple(json, fc.array(json, { maxLength: 3 }), fc.string())
  .map(([payload, records, out]) => {
    const made = exampleEnvelope();
    return { ...made, payload, response: { ...made.response, out, records } } as Envelope;
  });

const prototypes = () =>
  [Object.prototype, Array.prototype, Function.prototype].map((one) => Reflect.ownKeys(one));

function expectPlace(text: string, { line, column }: TemplateFault): void {
  expect(line).toBeLessThanOrEqual(text.split('\n').length);
  expect(column).toBeLessThanOrEqual(text.length + 1);
}

it('ends in blocks or in a fault, and changes nothing, whatever the template and the envelope are', () => {
  const before = prototypes();
  let drawn = 0;
  fc.assert(
    fc.property(template, envelope, (text, given) => {
      const read = readTemplate(text);
      if (isTemplateFault(read)) return expectPlace(text, read);
      const copy = structuredClone(given);
      const blocks = renderTemplate(read, given);
      expect(given).toEqual(copy);
      if (isTemplateFault(blocks)) return expectPlace(text, blocks);
      drawn += 1;
      for (const block of blocks) expect(Block.safeParse(block).success).toBe(true);
    }),
    { numRuns: 1_500 },
  );
  expect(drawn).toBeGreaterThan(100);
  expect(prototypes()).toEqual(before);
});

const goWord = fc.constantFrom(
  '.',
  '.Response.Out',
  '.Payload.a',
  '$',
  '$x',
  '$x.B',
  ':=',
  '=',
  '|',
  '(',
  ')',
  ',',
  '"a"',
  '`b`',
  '1',
  'true',
  'nil',
  'if',
  'else',
  'end',
  'range',
  'with',
  'eq',
  'and',
  'not',
  'printf',
  'index',
  'len',
  'upper',
  'join',
  'text',
  'endtext',
  'header',
  'color',
  'title',
  'image',
  'divider',
  'section',
  '__proto__',
  'constructor',
  '"%s"',
  '/*x*/',
);
const goTemplate = fc
  .array(
    fc.oneof(
      fc.array(goWord, { maxLength: 6 }).map((words) => `{{ ${words.join(' ')} }}`),
      fc.constantFrom(
        '{{ if .Payload }}',
        '{{ range $i, $x := .Response.Lines }}',
        '{{ end }}',
        '{{ else }}',
        '{{ text }}',
        '{{ endtext }}',
        '{{- $x := .Payload -}}',
        '{%',
        '{',
        '{{ .Response.Out }}',
      ),
      fc.string({ maxLength: 5 }),
    ),
    { maxLength: 8 },
  )
  .map((pieces) => pieces.join(''));

it('carries over any Gort template or says why not, and what it carries over can be used', () => {
  let carried = 0;
  fc.assert(
    fc.property(goTemplate, (text) => {
      const { template: made, notes } = convertGortTemplate(text);
      expect(notes.length).toBe(made === undefined ? 1 : notes.length);
      if (made === undefined) return;
      const read = readTemplate(made);
      expect(read, made).not.toHaveProperty('code');
      carried += 1;
    }),
    { numRuns: 1_500 },
  );
  expect(carried).toBeGreaterThan(100);
});
