import { expect, it } from 'vitest';
import { pointedAtTemplate, templateFaultSentence } from '../wording/template-faults.js';
import { readTemplate } from './read-template.js';
import { isTemplateFault, templateFaultCodes } from './template-fault.js';

const go =
  "this looks like a template of Gort's; here it is written {{ response.out }} and {% text %}…{% endtext %}";

it.each<[string, string, number, string]>([
  [
    '{{ respose.out }}',
    'unknown-variable',
    4,
    'there is no respose here; there is request, response, error, data or payload',
  ],
  [
    '{{ data.duration }}',
    'unknown-variable',
    4,
    'there is no data.duration here; there is data.durationMs or data.exitCode',
  ],
  [
    '{{ response.out | shout }}',
    'unknown-filter',
    19,
    'there is no filter "shout"; the guide lists those there are under "Templates"',
  ],
  [
    'ab {% blink %}',
    'unknown-tag',
    4,
    'there is no tag "blink"; the guide lists those there are under "Templates"',
  ],
  [
    '{% include "x" %}',
    'unknown-tag',
    1,
    'there is no tag "include"; the guide lists those there are under "Templates"',
  ],
  ['a {% endif %}', 'misplaced-tag', 3, '"endif" ends or divides nothing that is open here'],
  ['a {% text %} b', 'not-closed', 3, '"text" has no end; close it with {% endtext %}'],
  ['{% for a in payload %}', 'not-closed', 1, '"for" has no end; close it with {% endfor %}'],
  ['{{ response.out', 'not-closed', 1, 'this is not closed; }} ends what {{ begins, and %} what {% begins'],
  [
    '{% for a in (1..3) %}{% endfor %}',
    'no-ranges',
    13,
    'there are no ranges here; go over a list: {% for line in response.lines limit: 10 %}',
  ],
  [
    '{{ payload[(1..3)] }}',
    'no-ranges',
    12,
    'there are no ranges here; go over a list: {% for line in response.lines limit: 10 %}',
  ],
  [
    '{% header "a" color: "#f00" %}',
    'bad-words',
    15,
    'write it as {% header [title], [color: …] %}; values stand here as they are, so assign what needs a filter',
  ],
  [
    '{% image %}',
    'bad-words',
    9,
    'write it as {% image url, [alt: …], [thumbnail: …] %}; values stand here as they are, so assign what needs a filter',
  ],
  ['{% header "a", colour: "#f00" %}', 'unknown-word', 16, 'header takes no colour; it takes color'],
  ['{% header "a", color: "red" %}', 'bad-color', 23, 'red is no colour; write it as "#ff0000" or "#f00"'],
  [
    '{% text %}{% divider %}{% endtext %}',
    'block-inside',
    11,
    'a divider cannot stand inside text; close that first',
  ],
  [
    '{% capture a %}{% if error %}{% divider %}{% endif %}{% endcapture %}',
    'block-inside',
    30,
    'a divider cannot stand inside capture; close that first',
  ],
  ['{{ error payload }}', 'bad-syntax', 10, 'this cannot be read; is there an operator or a | missing?'],
  ['{{ .Response.Out }}', 'unknown-variable', 4, go],
  ['{{ text }}{{ .Response.Out }}{{ endtext }}', 'unknown-variable', 4, go],
])('says of %j what is wrong and where', (text, code, column, said) => {
  const fault = readTemplate(text);
  expect(fault).toMatchObject({ code, line: 1, column });
  expect(isTemplateFault(fault) && templateFaultSentence(fault)).toBe(said);
});

it('points at the place', () => {
  const text = 'Hello\n{% text %}{{ respose.out }}{% endtext %}\n';
  const fault = readTemplate(text);
  if (!isTemplateFault(fault)) throw new Error('it was read');
  expect(pointedAtTemplate(text, fault)).toBe('{% text %}{{ respose.out }}{% endtext %}\n             ^');
  const long = `${'x'.repeat(200)}{{ respose.out }}${'y'.repeat(200)}`;
  const [line, caret] = pointedAtTemplate(long, readTemplate(long) as never).split('\n');
  expect(line!.slice(caret!.length - 1)).toMatch(/^respose/);
});

it('knows what a template itself names', () => {
  for (const text of [
    '{% assign a = 1 %}{{ a }}',
    '{% capture a %}x{% endcapture %}{{ a.size }}',
    '{% for a in payload %}{{ a.b }}{{ forloop.index }}{% endfor %}',
    '{{ payload.anything.at.all }}{{ request.options["dry-run"] }}{{ response.record.name }}',
    '{% comment %}{{ nothing }}{% endcomment %}{% raw %}{{ nothing }}{% endraw %}',
  ])
    expect(isTemplateFault(readTemplate(text)), text).toBe(false);
});

it.each([
  ['{{ "a" }}'.repeat(4_000), 'too-long'],
  ['{{ 1 }}'.repeat(2_001), 'too-long'],
  ['{{ payload' + '[payload'.repeat(1_000) + ']'.repeat(1_000) + ' }}', 'too-deep'],
  ['{% if error %}'.repeat(200) + '{% endif %}'.repeat(200), 'too-deep'],
])('refuses what is too much to look at', (text, code) => {
  const fault = readTemplate(text);
  expect(isTemplateFault(fault) && fault.code).toBe(code);
});

it('has a sentence for every code', () => {
  for (const code of templateFaultCodes)
    expect(templateFaultSentence({ code, facts: {} })).toMatch(/^[^(]{10}/);
});
