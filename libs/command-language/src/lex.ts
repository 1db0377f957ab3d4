import type { Refusal } from '@chasqui/contracts';
import type { Word } from './command-line.js';
import { jsonWords } from './json-words.js';
import { continuation, isBlank, lexWord } from './lex-word.js';
import { syntaxFault } from './syntax-fault.js';

/** The pieces of a line: words, `|`, and the `>` that begins a redirect. */
export type Token =
  | { readonly kind: 'word'; readonly word: Word; readonly start: number }
  | { readonly kind: 'pipe' | 'redirect'; readonly start: number };

/**
 * Cuts a line into tokens, in time linear in its length.
 * - Blanks, tabs and line ends separate words; `|` does too and stands for itself.
 * - `>` begins a redirect where a word could begin; inside a word it is a character like any other.
 * - What begins with `{` or `[`, is valid JSON up to its closing bracket and has nothing but a blank, `|` or the end behind it is one word,
 *   byte for byte. Any other word is what `lexWord` says.
 * - A backslash at the end of a line joins it with the next line.
 */
export function lex(text: string): Token[] | Refusal {
  const control = /(?![\t\n\r])[\p{Cc}\p{Cs}]/u.exec(text);
  if (control) return syntaxFault('control-character', control.index, 'text without control characters', 1);

  const tokens: Token[] = [];
  const endOfJson = jsonWords(text);
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
      const word = jsonWord(text, at, endOfJson) ?? lexWord(text, at);
      if ('kind' in word) return word;
      tokens.push({ kind: 'word', word, start: at });
      at = word.end;
    }
  }
  return tokens;
}

function jsonWord(
  text: string,
  start: number,
  endOfJson: (start: number) => number | undefined,
): Word | undefined {
  if (text[start] !== '{' && text[start] !== '[') return undefined;
  const end = endOfJson(start);
  if (end === undefined || !(end === text.length || isBlank(text[end]!) || text[end] === '|'))
    return undefined;
  const raw = text.slice(start, end);
  return { text: raw, raw, quoted: false, start, end };
}
