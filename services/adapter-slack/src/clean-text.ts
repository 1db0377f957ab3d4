/**
 * What a person typed, from what Slack makes of it: its markup for links, people and rooms taken off, its three entities decoded
 * (docs.slack.dev, "Formatting message text"), and what keyboards put in place of plain quotes, spaces and dashes put back.
 */
export function cleanText(text: string): string {
  const plain = text
    .replace(/<([^<>]*)>/g, (_, inside: string) => unlinked(inside))
    .replace(/&(amp|lt|gt);/g, decoded);
  return plain
    .replace(/[“”„‟]/g, '"')
    .replace(singleQuote, "'")
    .replace(/(?<!\S)—(?=[\p{L}\p{N}]|\s|$)/gu, '--')
    .replace(/[\u00a0\u202f\u2007]/g, ' ')
    .replace(/[\u200b\u2060\ufeff]/g, '')
    .trim();
}

/** ‘ and ’, but not the apostrophe inside a word, which would be read as an opening quote. */
const singleQuote = /[‘‚‛]|’(?![\p{L}\p{N}])|(?<![\p{L}\p{N}])’/gu;

/** `@U1`, `#C1|ops`, `!here`, `!subteam^S1|@ops`, `!date^…|then`, `http://x`, `http://x|label`, `mailto:a@b|a@b`. */
function unlinked(inside: string): string {
  const bar = inside.indexOf('|');
  const target = bar < 0 ? inside : inside.slice(0, bar);
  const label = bar < 0 ? '' : inside.slice(bar + 1);
  switch (target[0]) {
    case '@':
      return target;
    case '#':
      return label ? `#${label}` : target;
    case '!':
      return label || target.replace(/^!(subteam\^)?/, '@');
    default:
      return label || target.replace(/^(mailto|tel):/, '');
  }
}

function decoded(_: string, name: string): string {
  return name === 'lt' ? '<' : name === 'gt' ? '>' : '&';
}
