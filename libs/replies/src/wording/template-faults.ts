import type { Facts } from '@chasqui/contracts';
import { count, duration, either } from './amounts.js';
import { readFacts, type ReadFacts } from './read-facts.js';

/** What is wrong with a template, and what to write instead. Line and column stand beside it. */
export function templateFaultSentence(fault: { readonly code: string; readonly facts: Facts }): string {
  const facts = readFacts(fault.facts);
  return (sentences[fault.code] ?? (() => `the template cannot be used (${fault.code})`))(facts);
}

/** The remark under an answer whose template failed. */
export function templateNote(
  { kind, level }: { readonly kind: string; readonly level: string },
  fault: { readonly code: string; readonly facts: Facts; readonly line: number; readonly column: number },
): string {
  const whose = level === 'installation' ? "the installation's" : `the ${level}'s`;
  return `shown without ${whose} template "${kind}": ${templateFaultSentence(fault)} (line ${fault.line}, column ${fault.column})`;
}

export function moreRows(rows: number): string {
  return `… ${count(rows, 'more row')} …`;
}

/** The template's line with the fault, and under it a caret. */
export function pointedAtTemplate(
  text: string,
  { line, column }: { readonly line: number; readonly column: number },
): string {
  const whole = text.split('\n')[line - 1] ?? '';
  const from = Math.max(0, column - 61);
  const shown = whole.slice(from, from + 100).replace(/\s/g, ' ');
  const before = `${from > 0 ? '…' : ''}${whole.slice(from, column - 1)}`;
  return `${from > 0 ? '…' : ''}${shown.trimEnd()}\n${' '.repeat(before.length)}^`;
}

const sentences: Readonly<Record<string, (facts: ReadFacts) => string>> = {
  'too-long': (facts) =>
    `a template may have ${count(facts.number('most') ?? 0, facts.text('what') === 'parts' ? 'part' : 'character')}; this has more`,
  'too-deep': () => 'this is nested too deep; take it apart',
  'bad-syntax': (facts) =>
    goTemplate(facts)
      ? "this looks like a template of Gort's; here it is written {{ response.out }} and {% text %}…{% endtext %}"
      : `this cannot be read${facts.text('detail') ? `: ${facts.text('detail')}` : '; is there an operator or a | missing?'}`,
  'not-closed': (facts) => notClosed(facts.text('tag') ?? 'this'),
  'unknown-tag': (facts) =>
    `there is no tag "${facts.text('name') ?? ''}"; the guide lists those there are under "Templates"`,
  'misplaced-tag': (facts) => `"${facts.text('name') ?? 'this'}" ends or divides nothing that is open here`,
  'unknown-filter': (facts) =>
    `there is no filter "${facts.text('name') ?? ''}"; the guide lists those there are under "Templates"`,
  'unknown-variable': (facts) =>
    goTemplate(facts)
      ? "this looks like a template of Gort's; here it is written {{ response.out }} and {% text %}…{% endtext %}"
      : `there is no ${facts.text('name') ?? 'such variable'} here; there is ${either(facts.words('known'))}`,
  'no-ranges': () => 'there are no ranges here; go over a list: {% for line in response.lines limit: 10 %}',
  'bad-words': (facts) =>
    `write it as ${usage(facts)}; values stand here as they are, so assign what needs a filter`,
  'unknown-word': (facts) =>
    `${facts.text('tag') ?? 'this tag'} takes no ${facts.text('name') ?? 'such word'}${facts.words('known').length > 0 ? `; it takes ${either(facts.words('known'))}` : ''}`,
  'bad-color': (facts) => `${facts.text('color') ?? 'this'} is no colour; write it as "#ff0000" or "#f00"`,
  'block-inside': (facts) =>
    `a ${facts.text('tag') ?? 'block'} cannot stand inside ${facts.text('outer') ?? 'a text'}; close that first`,
  'too-slow': (facts) => `it took longer than ${duration(facts.number('most') ?? 500)}; show less`,
  'too-much-memory': () => 'it makes more than it may; show less',
  'too-much-output': (facts) =>
    `it writes more than ${count(facts.number('most') ?? 0, facts.text('what') === 'blocks' ? 'block' : 'character')}; show less`,
  failed: (facts) =>
    `it does not fit what was printed${facts.text('detail') ? `: ${facts.text('detail')}` : ''}`,
};

function goTemplate(facts: ReadFacts): boolean {
  return facts.text('looksLike') === 'go';
}

function notClosed(tag: string): string {
  if (/^\w+$/.test(tag)) return `"${tag}" has no end; close it with {% end${tag} %}`;
  return `this is not closed; }} ends what {{ begins, and %} what {% begins`;
}

/** `{% header title, color: … %}`. */
function usage(facts: ReadFacts): string {
  const values = facts.words('values').map((name) => (name.endsWith('?') ? `[${name.slice(0, -1)}]` : name));
  const named = facts.words('named').map((name) => `[${name}: …]`);
  return `{% ${facts.text('tag') ?? ''}${[...values, ...named].map((word, at) => `${at > 0 ? ',' : ''} ${word}`).join('')} %}`;
}
