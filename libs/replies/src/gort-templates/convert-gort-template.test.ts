import { expect, it } from 'vitest';
import { plainText } from '../plain-text.js';
import { exampleEnvelope, type ExampleData } from '../templates/example-envelope.js';
import { readTemplate } from '../templates/read-template.js';
import { renderTemplate } from '../templates/render-template.js';
import { isTemplateFault } from '../templates/template-fault.js';
import { gortTemplateNoteSentence } from '../wording/gort-template-notes.js';
import { convertGortTemplate } from './convert-gort-template.js';

function shown(go: string, data: ExampleData = {}): string {
  const { template = '' } = convertGortTemplate(go);
  const read = readTemplate(template);
  if (isTemplateFault(read)) throw new Error(`${read.code}: ${template}`);
  const blocks = renderTemplate(read, exampleEnvelope(data));
  if (isTemplateFault(blocks)) throw new Error(`${blocks.code}: ${template}`);
  return plainText(blocks);
}

const printed = (value: unknown): ExampleData => ({ response: { out: JSON.stringify(value) } });

it.each<[string, ExampleData, string]>([
  ['{{ .Request.UserName }} in {{ .Request.ChannelID }}', {}, 'alice in C012'],
  ['{{- /* nothing */ -}} a {{- "b" }}', {}, 'ab'],
  ['{{ `a "b"` | upper | printf "%s: %d%%" "n" 3 }}', {}, ''],
  ['{{ printf "%s: %d%%" "n" 3 }}', {}, 'n: 3%'],
  ['{{ if .Response.Out }}yes{{ else }}no{{ end }}', { response: { out: '' } }, 'no'],
  ['{{ if .Data.ExitCode }}yes{{ else }}no{{ end }}', {}, 'no'],
  ['{{ if .Payload.a }}yes{{ else if .Payload.b }}b{{ else }}no{{ end }}', printed({ a: [], b: 'x' }), 'b'],
  ['{{ if and (eq .Payload.a 1) (or .Payload.b (not .Payload.c)) }}yes{{ end }}', printed({ a: 1 }), 'yes'],
  ['{{ if eq .Payload.a 1 2 }}yes{{ end }}', printed({ a: 2 }), 'yes'],
  ['{{ if gt (len .Payload) 1 }}{{ (index .Payload 1).n }}{{ end }}', printed([{ n: 'a' }, { n: 'b' }]), 'b'],
  ['{{ range .Payload }}{{ .n }},{{ else }}none{{ end }}', printed([{ n: 1 }, { n: 2 }]), '1,2,'],
  ['{{ range .Payload.none }}{{ . }}{{ else }}none{{ end }}', printed({}), 'none'],
  [
    '{{ range $i, $x := .Payload }}{{ range $j, $y := $x }}{{ $i }}{{ $j }}{{ $y }} {{ end }}{{ end }}',
    printed([['a', 'b'], ['c']]),
    '00a 01b 10c',
  ],
  [
    '{{ with .Payload.user }}{{ .name }}{{ $.Request.UserName }}{{ end }}{{ with .Payload.none }}x{{ end }}',
    printed({ user: { name: 'ann ' } }),
    'ann alice',
  ],
  ['{{ $n := 0 }}{{ range .Payload }}{{ $n = add $n . }}{{ end }}{{ $n }}', printed([1, 2]), '3'],
  [
    '{{ .Payload.none | default "none" | upper }} {{ .Payload.s | trunc 3 }} {{ join ", " .Payload.l }}',
    printed({ s: 'abcdef', l: [1, 2] }),
    'NONE abc 1, 2',
  ],
  ['{{ .Response.Lines }}', { response: { out: 'a\nb' } }, 'a b'],
  ['{% if %} {{ "%}" }} {', {}, '{% if %} %} {'],
])('%s of %j is shown as %j', (go, data, text) => {
  if (text === '') expect(convertGortTemplate(go).template).toBeUndefined();
  else expect(shown(go, data)).toBe(text);
});

it.each([
  [
    'a\n {{ env "HOME" }}',
    2,
    5,
    'the function env has no equivalent here; what is printed is shown as without a template',
  ],
  [
    '{{ .Request.Bundle.InstalledBy }}',
    1,
    4,
    '.Request.Bundle.InstalledBy is not known here; what is printed is shown as without a template',
  ],
  ['{{ define "x" }}', 1, 1, 'define cannot be carried over; what is printed is shown as without a template'],
  [
    '{{ text }}',
    1,
    1,
    'this cannot be read as a Go template (at text); what is printed is shown as without a template',
  ],
  [
    '{{ .Response.Out ',
    1,
    1,
    'this cannot be read as a Go template (at {{); what is printed is shown as without a template',
  ],
  [
    '{{ end }}',
    1,
    1,
    'this cannot be read as a Go template (at end); what is printed is shown as without a template',
  ],
])('%j is not carried over, and it is said why', (go, line, column, said) => {
  const { template, notes } = convertGortTemplate(go);
  expect(template).toBeUndefined();
  expect(notes).toMatchObject([{ line, column }]);
  expect(gortTemplateNoteSentence(notes[0]!)).toBe(said);
});

it('tells what it leaves out', () => {
  const { template, notes } = convertGortTemplate('{{ alt "x" }}{{ text }}a{{ endtext }}');
  expect(template).toBe('{% text %}a{% endtext %}');
  expect(notes.map(gortTemplateNoteSentence)).toEqual([
    'alt is left out: everything else is always shown here',
  ]);
});
