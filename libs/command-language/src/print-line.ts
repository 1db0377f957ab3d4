import type { CommandLine, Redirect } from './command-line.js';
import { jsonWords } from './json-words.js';
import { quoteWord } from './quote-word.js';

/**
 * Prints a line that reads back to the same stages and redirects: words as they were typed, one blank between, redirects last. Words that
 * would now be read together as one JSON word, because what kept them apart is gone, get a backslash.
 */
export function printLine(line: Pick<CommandLine, 'stages' | 'redirects'>): string {
  let printed = '';
  const brackets: { start: number; end: number }[] = [];
  for (const { words } of line.stages) {
    if (printed !== '') printed += ' | ';
    for (const [index, { raw }] of words.entries()) {
      if (index > 0) printed += ' ';
      if (/^[{[]/.test(raw)) brackets.push({ start: printed.length, end: printed.length + raw.length });
      printed += raw;
    }
  }
  for (const redirect of line.redirects) printed += ` ${printRedirect(redirect)}`;

  const endOfJson = jsonWords(printed);
  const joined = brackets.filter(({ start, end }) => (endOfJson(start) ?? end) > end);
  const cuts = [0, ...joined.map(({ start }) => start)];
  return cuts.map((cut, index) => printed.slice(cut, cuts[index + 1])).join('\\');
}

function printRedirect(redirect: Redirect): string {
  const sign = redirect.kind === 'room' ? '#' : redirect.kind === 'person' ? '@' : redirect.kind;
  return `> ${quoteWord(sign + (redirect.name ?? ''))}`;
}
