import type { CommandLine, Redirect } from './command-line.js';
import { quoteWord } from './quote-word.js';

/** Prints a line that reads back to the same stages and redirects: words as they were typed, one blank between, redirects last. */
export function printLine(line: Pick<CommandLine, 'stages' | 'redirects'>): string {
  const stages = line.stages.map(({ words }) => words.map((word) => word.raw).join(' '));
  return [stages.join(' | '), ...line.redirects.map(printRedirect)].join(' ');
}

function printRedirect(redirect: Redirect): string {
  const sign = redirect.kind === 'room' ? '#' : redirect.kind === 'person' ? '@' : redirect.kind;
  return `> ${quoteWord(sign + (redirect.name ?? ''))}`;
}
