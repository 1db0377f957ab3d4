import type { Refusal } from '@chasqui/contracts';
import type { Word } from './command-line.js';
import { syntaxFault } from './syntax-fault.js';

/** The pieces of a line: words, `|`, and the `>` that begins a redirect. */
export type Token =
  | { readonly kind: 'word'; readonly word: Word; readonly start: number }
  | { readonly kind: 'pipe' | 'redirect'; readonly start: number };

/**
 * Cuts a line into tokens, looking at each character once.
 * - Blanks, tabs and line ends separate words; `|` does too and stands for itself.
 * - `>` begins a redirect where a word could begin; inside a word it is a character like any other.
 * - `'…'` is literal. In `"…"` a backslash escapes `"`, `\` and `$`. Outside quotes it escapes whatever follows.
 * - A backslash at the end of a line joins it with the next line.
 * - Pieces that touch are one word; empty quotes make an empty one.
 */
export function lex(text: string): Token[] | Refusal {
  const control = /(?![\t\n\r])[\p{Cc}\p{Cs}]/u.exec(text);
  if (control) return syntaxFault('control-character', control.index, 'text without control characters', 1);

  const tokens: Token[] = [];
  let at = 0;
  while (at < text.length) {
    const character = text[at]!;
    if (isBlank(character)) {
      at++;
    } else if (text.startsWith(continuation, at)) {
      at += continuation.length;
    } else if (character === '|') {
      tokens.push({ kind: 'pipe', start: at++ });
    } else if (character === '>') {
      tokens.push({ kind: 'redirect', start: at++ });
    } else {
      const word = lexWord(text, at);
      if ('kind' in word) return word;
      tokens.push({ kind: 'word', word, start: at });
      at = word.end;
    }
  }
  return tokens;
}

const continuation = '\\\n';

const plain = /[^ \t\n\r|'"\\]+/y;

function lexWord(text: string, start: number): Word | Refusal {
  const pieces: string[] = [];
  let quoted = false;
  let at = start;
  while (at < text.length && !isBlank(text[at]!) && text[at] !== '|') {
    const character = text[at]!;
    if (text.startsWith(continuation, at)) {
      at += continuation.length;
    } else if (character === '\\') {
      if (at + 1 === text.length)
        return syntaxFault('trailing-escape', at, 'a character after the backslash', 1);
      pieces.push(text[at + 1]!);
      quoted = true;
      at += 2;
    } else if (character === "'" || character === '"') {
      const end = character === "'" ? text.indexOf("'", at + 1) : endOfDoubleQuotes(text, at);
      if (end < 0) return syntaxFault('unterminated-quote', at, `a closing ${character}`, 1);
      const inside = text.slice(at + 1, end);
      pieces.push(character === "'" ? inside : inside.replaceAll(/\\(["\\$])/g, '$1'));
      quoted = true;
      at = end + 1;
    } else {
      plain.lastIndex = at;
      const run = plain.exec(text)![0];
      pieces.push(run);
      at += run.length;
    }
  }
  return { text: pieces.join(''), raw: text.slice(start, at), quoted, start, end: at };
}

/** Where the `"` stands that closes the one at `start`, or -1. */
function endOfDoubleQuotes(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at++) {
    if (text[at] === '"') return at;
    if (text[at] === '\\') at++;
  }
  return -1;
}

function isBlank(character: string): boolean {
  return character === ' ' || character === '\t' || character === '\n' || character === '\r';
}
