import { describe, expect, it } from 'vitest';
import { renderRun, type FinishedView } from '../render-run.js';
import { rendered } from '../rendered.js';
import { exampleEnvelope } from './example-envelope.js';
import { pickTemplate, type PickedTemplate } from './pick-template.js';
import { renderMessageWith, renderRunWith } from './render-run-with.js';
import { runEnvelope } from './run-envelope.js';

const { request } = exampleEnvelope();
const view = (more: Partial<FinishedView> = {}): FinishedView => ({
  relay: 'fra-1',
  runId: 'r1',
  end: { kind: 'exited', exitCode: 0 },
  output: [{ seq: 0, stream: 'stdout', text: 'hello\n' }],
  ...more,
});
const picked = (text: string, more: Partial<PickedTemplate> = {}): PickedTemplate => ({
  kind: 'command',
  level: 'command',
  text,
  language: 'chasqui',
  ...more,
});
const draw = (template: PickedTemplate | undefined, run = view()) =>
  renderRunWith(template, () => runEnvelope(request, run, { durationMs: 5 }), run);

it('draws with the template, and says the same of the end as without', () => {
  expect(draw(picked('{% header "Said" %}{{ response.out }}'))).toEqual({
    mark: 'succeeded',
    exitCode: 0,
    text: 'Said\nhello',
    blocks: [
      { kind: 'header', text: 'Said' },
      { kind: 'text', text: 'hello' },
    ],
  });
});

it('is as without a template where there is none', () => expect(draw(undefined)).toEqual(renderRun(view())));

it.each([
  [
    'cannot be read',
    '{{ respose.out }}',
    'there is no respose here; there is request, response, error, data or payload (line 1, column 4)',
  ],
  [
    'fails',
    'x\n{{ "a" | plus: payload.a }}{% for a in response.lines %}{% for b in response.lines %}{{ response.lines }}{% endfor %}{% endfor %}',
    'it writes more than 200,000 characters; show less (line 2, column',
  ],
])('shows the output and what is wrong where the template %s', (_, text, said) => {
  const run = view({ output: [{ seq: 0, stream: 'stdout', text: 'line\n'.repeat(60) }] });
  const shown = draw(picked(text, { level: 'bundle' }), run);
  expect(shown.blocks.slice(0, -1)).toEqual(renderRun(run).blocks);
  expect(shown.blocks.at(-1)).toMatchObject({ tone: 'quiet' });
  expect(shown.text).toContain(`shown without the bundle's template "command": ${said}`);
  expect(shown).toMatchObject({ mark: 'succeeded', exitCode: 0 });
});

it('is never silent', () => {
  const nothing = picked('{% if error == "never" %}x{% endif %}');
  expect(draw(nothing).text).toBe('done; it printed nothing');
  expect(draw(nothing, view({ end: { kind: 'exited', exitCode: 3 } })).text).toBe(
    'exit code 3, on fra-1, run r1',
  );
});

it('shows head and tail of what is long, and says where the whole is', () => {
  const run = view({
    output: [
      { seq: 0, stream: 'stdout', text: JSON.stringify(Array.from({ length: 70 }, (_, a) => ({ a }))) },
    ],
    droppedBytes: 12,
  });
  const shown = draw(picked('{% table response.records %}'), run);
  expect(shown.blocks[0]).toMatchObject({ kind: 'table', rows: { length: 50 } });
  expect(shown.text).toMatch(/… 20 more rows …\n12 bytes dropped.*\nthe whole: chasqui runs show r1$/s);
});

it('tells a failing command’s template how it ended', () => {
  const run = view({
    end: { kind: 'timed-out' },
    timeoutMs: 60_000,
    output: [
      { seq: 1, stream: 'stderr', text: 'two\n' },
      { seq: 0, stream: 'stdout', text: 'one\n' },
      { seq: 2, stream: 'stdout', text: 'three' },
    ],
  });
  const text =
    '{{ response.title }}: {{ error }}\n{{ response.lines | join: "," }}\n{{ response.err }}, {{ data.durationMs }}{{ data.exitCode }}';
  expect(draw(picked(text, { kind: 'command_error' }), run)).toMatchObject({
    mark: 'timed-out',
    text: 'Timed out: stopped after 60 s; what it did until then stays done. on fra-1, run r1\none,two,three\ntwo, 5',
  });
});

it('draws with a Gort template, and plainly with one that has no equivalent', () => {
  const gort = (text: string) => draw(picked(text, { language: 'gort' }));
  expect(gort('{{ text | monospace true }}{{ .Response.Out }}{{ endtext }}').blocks).toEqual([
    { kind: 'code', text: 'hello' },
  ]);
  expect(gort('{{ env "HOME" }}')).toEqual(renderRun(view()));
});

describe('what Chasqui says itself', () => {
  const said = rendered('refused', [{ kind: 'text', text: 'you need ops:write', tone: 'bad' }]);

  it('is drawn with a template too', () => {
    const template = picked('{% header response.title %}{{ response.all }}, {{ request.user.username }}', {
      kind: 'message_error',
      level: 'installation',
    });
    expect(renderMessageWith(template, { user: request.user }, said)).toMatchObject({
      mark: 'refused',
      text: 'Refused\nyou need ops:write, alice',
    });
    expect(renderMessageWith(template, {}, said).text).toBe('Refused\nyou need ops:write,');
  });

  it('is said in any case', () => {
    expect(renderMessageWith(undefined, {}, said)).toBe(said);
    expect(renderMessageWith(picked('{% comment %}{% endcomment %}'), {}, said)).toBe(said);
    expect(
      renderMessageWith(picked('{{ x }}', { kind: 'message', level: 'installation' }), {}, said).text,
    ).toBe(
      `you need ops:write\nshown without the installation's template "message": there is no x here; there is request, response, error, data or payload (line 1, column 4)`,
    );
  });
});

it('takes the nearest template of a kind', () => {
  const levels = {
    command: { command: 'c' },
    bundle: { command: 'b', command_error: 'be' },
    installation: { command_error: 'ie', message: ' ', message_error: 'im' },
    format: 'gort',
  } as const;
  const found = (kind: PickedTemplate['kind']) => {
    const one = pickTemplate(kind, levels);
    return one && [one.level, one.text, one.language];
  };
  expect(found('command')).toEqual(['command', 'c', 'gort']);
  expect(found('command_error')).toEqual(['bundle', 'be', 'gort']);
  expect(found('message_error')).toEqual(['installation', 'im', 'chasqui']);
  expect(found('message')).toBeUndefined();
});
