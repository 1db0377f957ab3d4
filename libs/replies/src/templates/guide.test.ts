import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { convertGortTemplate } from '../gort-templates/convert-gort-template.js';
import { plainText } from '../plain-text.js';
import { exampleEnvelope, type ExampleData } from './example-envelope.js';
import { filters } from './filters.js';
import { engine } from './engine.js';
import { readTemplate } from './read-template.js';
import { renderTemplate } from './render-template.js';
import { isTemplateFault } from './template-fault.js';

const guide = readFileSync(new URL('../../../../docs/guide/templates.md', import.meta.url), 'utf8');

interface Fence {
  readonly language: string;
  readonly text: string;
  readonly line: number;
}

const fences: Fence[] = [...guide.matchAll(/^```(.*)\n([^]*?)^```$/gm)].map(
  ({ 1: language, 2: text, index }) => ({
    language: language!,
    text: text!,
    line: guide.slice(0, index).split('\n').length,
  }),
);

/** A template, with the envelope and the result that follow it, and the Go template before it. */
const examples = fences.flatMap((fence, at) => {
  if (fence.language !== 'liquid') return [];
  const before = fences[at - 1];
  const json = fences[at + 1]?.language === 'json' ? fences[at + 1] : undefined;
  const result = fences[at + (json ? 2 : 1)];
  return [
    {
      line: fence.line,
      template: fence.text,
      go: before?.language === 'gotemplate' ? before.text : undefined,
      data: (json ? JSON.parse(json.text) : {}) as ExampleData,
      shown: result?.language === 'text' ? result.text : undefined,
    },
  ];
});

describe('the guide’s examples', () => {
  it('are there', () => expect(examples.length).toBeGreaterThan(9));

  it.each(examples.filter(({ shown }) => shown !== undefined))(
    'on line $line are shown as it says',
    (example) => {
      const template = readTemplate(example.template);
      if (isTemplateFault(template)) throw new Error(JSON.stringify(template));
      const blocks = renderTemplate(template, exampleEnvelope(example.data));
      if (isTemplateFault(blocks)) throw new Error(JSON.stringify(blocks));
      expect(`${plainText(blocks)}\n`).toBe(example.shown);
    },
  );

  it.each(examples.filter(({ go }) => go !== undefined))(
    'on line $line are what Gort’s become',
    ({ go, template }) => {
      expect(convertGortTemplate(go!)).toEqual({ template, notes: [] });
    },
  );

  it('have the envelope that is made up for them', () => {
    const { text } = fences.find(({ language }) => language === 'json envelope')!;
    expect(JSON.parse(text)).toEqual(exampleEnvelope());
  });
});

const words = guide.replace(/^```[^]*?^```$/gm, '').match(/`[^`]+`/g)!;

it('names every filter and every tag that there is', () => {
  const named = new Set(words.flatMap((code) => code.match(/[a-z_#]+/g) ?? []));
  for (const name of [...Object.keys(filters), ...Object.keys(engine.tags)]) expect(named).toContain(name);
});

it('names no filter that there is not', () => {
  const [, section] = /^### Filters\n([^]*?)^```/m.exec(guide)!;
  const named = section!.match(/`[^`]+`/g)!.map((code) => /^`(\w+)/.exec(code)?.[1]);
  for (const name of named.filter((name) => name !== undefined)) expect(Object.keys(filters)).toContain(name);
});
