import { TypeGuards, type TopLevelToken } from 'liquidjs';

/** Liquid's token for text between tags, with how much of either end is left out. */
type TextToken = TopLevelToken & { trimLeft: number; trimRight: number };

/**
 * A line on which nothing but tags stands leaves no line behind, so that a template can be laid out in lines and what it writes
 * has no holes. Works on the tokens of a whole template, before they are parsed.
 */
export function dropStandaloneLines(text: string, tokens: readonly TopLevelToken[]): void {
  for (let at = 0; at < tokens.length; at += 1) {
    if (!isTag(tokens[at])) continue;
    const last = lastOnLine(text, tokens, at);
    const [before, after] = [tokens[at - 1], tokens[last + 1]];
    if (beginsLine(text, before) && endsLine(text, after)) {
      if (isText(before)) before.trimRight = Math.max(before.trimRight, blanksAtEnd(own(text, before)));
      if (isText(after)) {
        const { blanks, newline } = lineAtStart(own(text, after));
        after.trimLeft = Math.max(after.trimLeft, blanks + newline);
      }
      for (const token of tokens.slice(at, last)) if (isText(token)) token.trimLeft = token.end - token.begin;
    }
    at = last;
  }
}

/** The last tag of those that stand side by side on one line, with nothing but blanks between them. */
function lastOnLine(text: string, tokens: readonly TopLevelToken[], first: number): number {
  let last = first;
  for (let at = first + 1; at < tokens.length; at += 1) {
    const token = tokens[at]!;
    if (isTag(token)) last = at;
    else if (!isText(token) || !isBlankText(own(text, token))) break;
  }
  return last;
}

function beginsLine(text: string, before: TopLevelToken | undefined): boolean {
  if (before === undefined) return true;
  if (!isText(before)) return false;
  const start = before.end - blanksAtEnd(own(text, before));
  return start === 0 || text[start - 1] === '\n';
}

function endsLine(text: string, after: TopLevelToken | undefined): boolean {
  if (after === undefined) return true;
  if (!isText(after)) return false;
  const { blanks, newline } = lineAtStart(own(text, after));
  return newline > 0 || after.begin + blanks === text.length;
}

function own(text: string, token: TextToken): string {
  return text.slice(token.begin, token.end);
}

/** How many blanks stand at the end. */
function blanksAtEnd(own: string): number {
  let count = 0;
  while (count < own.length && isBlank(own[own.length - 1 - count])) count += 1;
  return count;
}

/** The blanks at the beginning, and the end of the line if it follows. */
function lineAtStart(own: string): { blanks: number; newline: number } {
  let blanks = 0;
  while (blanks < own.length && isBlank(own[blanks])) blanks += 1;
  const newline = own[blanks] === '\n' ? 1 : own.startsWith('\r\n', blanks) ? 2 : 0;
  return { blanks, newline };
}

function isBlank(character: string | undefined): boolean {
  return character === ' ' || character === '\t';
}

function isBlankText(text: string): boolean {
  return blanksAtEnd(text) === text.length;
}

function isTag(token: TopLevelToken | undefined): boolean {
  return token !== undefined && TypeGuards.isTagToken(token);
}

function isText(token: TopLevelToken | undefined): token is TextToken {
  return token !== undefined && TypeGuards.isHTMLToken(token);
}
