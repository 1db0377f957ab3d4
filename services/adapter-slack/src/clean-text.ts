import type { ChatMessage } from '@chasqui/contracts';

/** What a person typed, and whom and what they named in it. */
export interface CleanText {
  readonly text: string;
  readonly mentions: NonNullable<ChatMessage['mentions']>;
}

/**
 * What a person typed, from what Slack makes of it: its markup for links, people and rooms taken off, its three entities decoded
 * (docs.slack.dev, "Formatting message text"), and what keyboards put in place of plain quotes, spaces and dashes put back.
 * `names` are those of people, by id; somebody who is not in it is called by the id.
 */
export function cleanText(text: string, names: ReadonlyMap<string, string> = new Map()): CleanText {
  const mentions = new Mentions(names);
  const plain = text
    .replace(/<([^<>]*)>/g, (_, inside: string) => unlinked(inside, mentions))
    .replace(/&(amp|lt|gt);/g, decoded);
  const cleaned = plain
    .replace(/[“”„‟]/g, '"')
    .replace(singleQuote, "'")
    .replace(/(?<!\S)—(?=[\p{L}\p{N}]|\s|$)/gu, '--')
    .replace(/[\u00a0\u202f\u2007]/g, ' ')
    .replace(/[\u200b\u2060\ufeff]/g, '')
    .trim();
  return { text: cleaned, mentions: mentions.found };
}

/** ‘ and ’, but not the apostrophe inside a word, which would be read as an opening quote. */
const singleQuote = /[‘‚‛]|’(?![\p{L}\p{N}])|(?<![\p{L}\p{N}])’/gu;

/** `@U1`, `#C1|ops`, `!here`, `!subteam^S1|@ops`, `!date^…|then`, `http://x`, `http://x|label`, `mailto:a@b|a@b`. */
function unlinked(inside: string, mentions: Mentions): string {
  const bar = inside.indexOf('|');
  const target = bar < 0 ? inside : inside.slice(0, bar);
  const label = bar < 0 ? '' : inside.slice(bar + 1);
  switch (target[0]) {
    case '@':
      return `@${mentions.add('person', target.slice(1), label)}`;
    case '#':
      return `#${mentions.add('room', target.slice(1), label)}`;
    case '!':
      return label || target.replace(/^!(subteam\^)?/, '@');
    default:
      return label || target.replace(/^(mailto|tel):/, '');
  }
}

/** The people and rooms that a text names; each name is one word, and stands for one of them only. */
class Mentions {
  readonly found: NonNullable<ChatMessage['mentions']> = [];

  constructor(readonly names: ReadonlyMap<string, string>) {}

  /** The name it is called by in the text. */
  add(kind: 'person' | 'room', id: string, label: string): string {
    const known = this.found.find((one) => one.kind === kind && one.id === id);
    if (known || id === '') return known?.name ?? id;
    const name = oneWord((kind === 'person' && this.names.get(id)) || label) || id;
    const taken = this.found.some((one) => one.kind === kind && one.name === name);
    const mention = { kind, name: taken ? id : name, id };
    if (this.found.length < 100) this.found.push(mention);
    return mention.name;
  }
}

/** `Ann Lee (ops)` as `Ann.Lee.ops`: a name with blanks would fall apart in a command line. */
function oneWord(name: string): string {
  return name.replace(/[^\p{L}\p{M}\p{N}_-]+/gu, '.').replace(/^\.+|\.+$/g, '');
}

function decoded(_: string, name: string): string {
  return name === 'lt' ? '<' : name === 'gt' ? '>' : '&';
}
