import type { Refusal } from '@chasqui/contracts';
import type { Variable, Word } from './command-line.js';
import { readVariable } from './read-variable.js';
import { syntaxFault } from './syntax-fault.js';

/**
 * Reads the word that begins at `start`.
 * - `'…'` is literal. In `"…"` a backslash escapes `"`, `\` and `$`. Outside quotes it escapes whatever follows.
 * - A variable is one everywhere but in `'…'`.
 * - Pieces that touch are one word; empty quotes make an empty one.
 */
export function lexWord(text: string, start: number): Word | Refusal {
  const parts: (string | Variable)[] = [];
  let piece: string[] = [];
  let quoted = false;
  let inQuotes = -1;
  let at = start;

  while (at < text.length) {
    const character = text[at]!;
    if (inQuotes < 0 && (isBlank(character) || character === '|')) break;
    if (character === '$') {
      const variable = readVariable(text, at);
      if (variable && 'kind' in variable) return variable;
      if (variable) {
        addTyped();
        parts.push(variable);
      } else {
        piece.push(character);
      }
      at = variable ? variable.end : at + 1;
    } else if (character === '\\') {
      const escapes = inQuotes < 0 || /["\\$]/.test(text[at + 1] ?? '');
      if (inQuotes < 0 && at + 1 === text.length)
        return syntaxFault('trailing-escape', at, 'a character after the backslash', 1);
      if (inQuotes < 0 && text.startsWith(continuation, at)) {
        at += continuation.length;
        continue;
      }
      piece.push(escapes ? text[at + 1]! : character);
      quoted = true;
      at += escapes ? 2 : 1;
    } else if (character === '"') {
      inQuotes = inQuotes < 0 ? at : -1;
      quoted = true;
      at++;
    } else if (character === "'" && inQuotes < 0) {
      const end = text.indexOf("'", at + 1);
      if (end < 0) return syntaxFault('unterminated-quote', at, `a closing '`, 1);
      piece.push(text.slice(at + 1, end));
      quoted = true;
      at = end + 1;
    } else {
      const plain = inQuotes < 0 ? bare : inside;
      plain.lastIndex = at;
      const run = plain.exec(text)![0];
      piece.push(run);
      at += run.length;
    }
  }

  if (inQuotes >= 0) return syntaxFault('unterminated-quote', inQuotes, 'a closing "', 1);
  addTyped();
  const word = { raw: text.slice(start, at), quoted, start, end: at };
  const whole = parts.map((part) => (typeof part === 'string' ? part : part.raw)).join('');
  return { text: whole, ...word, ...(parts.some((part) => typeof part === 'object') && { parts }) };

  function addTyped(): void {
    const typed = piece.join('');
    if (typed !== '') parts.push(typed);
    piece = [];
  }
}

const bare = /[^ \t\n\r|'"\\$]+/y;
const inside = /[^"\\$]+/y;

/** A backslash at the end of a line: the next line goes on with it. */
export const continuation = '\\\n';

export function isBlank(character: string): boolean {
  return character === ' ' || character === '\t' || character === '\n' || character === '\r';
}
