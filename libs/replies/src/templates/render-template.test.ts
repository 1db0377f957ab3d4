import type { Block } from '@chasqui/contracts';
import { expect, it } from 'vitest';
import { exampleEnvelope, type ExampleData } from './example-envelope.js';
import { readTemplate } from './read-template.js';
import { renderTemplate } from './render-template.js';
import { isTemplateFault } from './template-fault.js';

function render(text: string, data: ExampleData = {}) {
  const template = readTemplate(text);
  return isTemplateFault(template) ? template : renderTemplate(template, exampleEnvelope(data));
}

const printed = (value: unknown): ExampleData => ({ response: { out: JSON.stringify(value) } });

it('makes blocks of tags, and paragraphs of what stands between', () => {
  expect(
    render('before\n\n{% divider %}\n\n  indented\n\n{% code "json" %}\n  {}\n{% endcode %}after'),
  ).toEqual<Block[]>([
    { kind: 'text', text: 'before' },
    { kind: 'divider' },
    { kind: 'text', text: '  indented' },
    { kind: 'code', text: '  {}', language: 'json' },
    { kind: 'text', text: 'after' },
  ]);
});

it('puts fields that follow each other together, and no others', () => {
  const field = (name: string) => `{% field "${name}" %}{{ error }}{% endfield %}\n`;
  expect(render(`${field('a')}\n${field('b')}{% divider %}${field('c')}`)).toEqual<Block[]>([
    {
      kind: 'fields',
      fields: [
        { name: 'a', value: '' },
        { name: 'b', value: '' },
      ],
    },
    { kind: 'divider' },
    { kind: 'fields', fields: [{ name: 'c', value: '' }] },
  ]);
});

it.each<[string, unknown, Block[]]>([
  [
    '{% table payload, "name, owner.name" %}',
    [{ name: 'web', owner: { name: 'ann' } }, { name: 'a\nb' }, 7],
    [
      {
        kind: 'table',
        columns: ['name', 'owner.name'],
        rows: [
          ['web', 'ann'],
          ['a b', ''],
          ['', ''],
        ],
      },
    ],
  ],
  [
    '{% table payload %}',
    [{ a: 1 }, { b: [2] }],
    [
      {
        kind: 'table',
        columns: ['a', 'b'],
        rows: [
          ['1', ''],
          ['', '[2]'],
        ],
      },
    ],
  ],
  ['{% table payload %}', { a: null }, [{ kind: 'table', columns: ['a'], rows: [['']] }]],
  ['{% table payload %}', [], []],
  [
    '{% link payload.url, "here" %}',
    { url: 'https://a.example/?b=c d' },
    [{ kind: 'link', url: 'https://a.example/?b=c%20d', text: 'here' }],
  ],
  ['{% link payload.url, "here" %}', { url: 'javascript:alert(1)' }, [{ kind: 'text', text: 'here' }]],
  ['{% link payload.url, "here" %}', { url: '\u0000javascript:alert(1)' }, [{ kind: 'text', text: 'here' }]],
  ['{% image payload.url, alt: "a chart" %}', {}, [{ kind: 'text', text: 'a chart' }]],
  ['{% image payload.url %}', { url: 'data:image/png;base64,AAAA' }, []],
  [
    '{% header payload.title, color: payload.color %}',
    { title: 'a\nb', color: '#ABC' },
    [{ kind: 'header', text: 'a b', color: '#aabbcc' }],
  ],
  [
    '{% header payload.title, color: payload.color %}',
    { title: 'a', color: 'url(x)' },
    [{ kind: 'header', text: 'a' }],
  ],
  ['{% header payload.title %}', {}, []],
  [
    '{% text tone: payload.tone %}a{% endtext %}',
    { tone: 'good' },
    [{ kind: 'text', text: 'a', tone: 'good' }],
  ],
  ['{% text tone: payload.tone %}a{% endtext %}', { tone: 'loud' }, [{ kind: 'text', text: 'a' }]],
  ['{% text monospace: false %}a{% endtext %}', {}, [{ kind: 'text', text: 'a' }]],
  [
    '{{ payload.a }}|{{ payload.b }}|{{ payload.c }}',
    { a: null, b: [1, { c: 2 }], c: 0 },
    [{ kind: 'text', text: '|[1,{"c":2}]|0' }],
  ],
])('draws %j of %j', (text, value, blocks) => expect(render(text, printed(value))).toEqual(blocks));

it('takes nothing that was printed for a tag or for markup', () => {
  const evil = '{{ request.user.email }}{% divider %}<!channel>\u001b[2J\u202e<<Text|{}>>';
  expect(render('{{ response.out }}', { response: { out: evil } })).toEqual([
    { kind: 'text', text: '{{ request.user.email }}{% divider %}<!channel><<Text|{}>>' },
  ]);
});

it('sees own fields only', () => {
  const value = JSON.parse('{"__proto__": {"a": 1}, "b": {}}') as unknown;
  const text =
    '{{ payload.constructor }}{{ payload.b.toString }}{{ payload.b.a }}{{ payload | map: "constructor" }}{{ payload.__proto__.a }}';
  expect(render(text, printed(value))).toEqual([{ kind: 'text', text: '[null]1' }]);
});

const many = printed(Array.from({ length: 3_000 }, (_, at) => ({ at, text: 'x'.repeat(20) })));
it.each([
  ['{% for a in payload %}{% for b in payload %}{% endfor %}{% endfor %}', 'too-slow'],
  ['{% for a in payload %}{% assign b = payload | concat: payload %}{% endfor %}', 'too-much-memory'],
  ['{% assign a = "x" %}{% for b in payload %}{% assign a = a | append: a %}{% endfor %}', 'too-much-memory'],
  [
    '{% assign a = "x" %}{% for b in payload %}{% capture a %}{{ a }}{{ a }}{% endcapture %}{% endfor %}',
    'too-much-output',
  ],
  ['{% for a in payload %}{{ payload }}{% endfor %}', 'too-much-output'],
  ['{% for a in payload %}{% divider %}{% endfor %}', 'too-much-output'],
  [
    '{% assign a = payload | map: "text" | join: "y" | replace: "x", "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx" %}',
    'too-much-memory',
  ],
  ['{{ request.at | date: "%999999999d" }}', 'too-much-memory'],
])('stops %s', (text, code) => expect(render(text, many)).toMatchObject({ code, line: 1 }));

it('never counts for ever, whatever number or name it is given', () => {
  const data = printed({
    low: 1e17,
    high: 1e17 + 64,
    name: '(100000000000000000..100000000000000064)',
    list: [{ a: 1 }],
  });
  for (const filter of ['where', 'map', 'sort', 'sum'])
    expect(render(`{{ payload.list | ${filter}: payload.name }}`, data)).toHaveLength(1);
  expect(render('{% for a in (payload.low..payload.high) %}{% endfor %}', data)).toMatchObject({
    code: 'no-ranges',
  });
});

it('leaves the envelope as it was', () => {
  const envelope = exampleEnvelope(printed([{ a: 2 }, { a: 1 }]));
  const before = structuredClone(envelope);
  const template = readTemplate(
    '{% assign request = 1 %}{% capture payload %}x{% endcapture %}{{ response.records | sort: "a" | reverse | concat: response.lines }}',
  );
  if (isTemplateFault(template)) throw new Error(template.code);
  renderTemplate(template, envelope);
  expect(envelope).toEqual(before);
});
