import type { Refusal } from '@chasqui/contracts';
import type { Word } from './command-line.js';
import { syntaxFault } from './syntax-fault.js';

/** The selector of `--on`, and where in the line it stands, without its quotes. */
export interface On {
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

/** Takes `--on SELECTOR` or `--on=SELECTOR` out of the words. */
export function takeOn(words: readonly Word[]): { on?: On; kept: readonly Word[] } | Refusal {
  const kept: Word[] = [];
  let on: On | undefined;
  let at = 0;
  for (; at < words.length && words[at]!.raw !== '--'; at++) {
    const word = words[at]!;
    const joined = word.raw.startsWith('--on=');
    if (!joined && word.raw !== '--on') {
      kept.push(word);
      continue;
    }
    if (on) return syntaxFault('repeated-on', word.start, 'one --on', 4);
    const selector = joined ? behindEquals(word) : words[++at];
    if (!selector || selector.text.trim() === '' || selector.raw.startsWith('-')) {
      return syntaxFault('missing-selector', word.start, 'a selector, like dc=fra', 4);
    }
    if (hasVariable(word) || hasVariable(selector)) {
      return syntaxFault(
        'variable-in-selector',
        selector.start,
        'a selector written out, like dc=fra',
        selector.end - selector.start,
      );
    }
    if (isCut(selector, words.slice(at + 1, at + 3))) {
      return syntaxFault(
        'unquoted-selector',
        selector.start,
        `the selector in quotes, like --on 'dc in (fra,ams)'`,
        selector.end - selector.start,
      );
    }
    on = { text: selector.text, ...insideQuotes(selector) };
  }
  return { ...(on && { on }), kept: [...kept, ...words.slice(at)] };
}

type Piece = Pick<Word, 'text' | 'raw' | 'start' | 'end' | 'parts' | 'inserted'>;

/** The relay is chosen before any record is there. */
function hasVariable({ parts, inserted }: Piece): boolean {
  return parts !== undefined || inserted !== undefined;
}

function behindEquals(word: Word): Piece {
  const cut = '--on='.length;
  return { text: word.text.slice(cut), raw: word.raw.slice(cut), start: word.start + cut, end: word.end };
}

/** `--on dc in (fra,ams)` without quotes would run on any relay that has `dc`, with `in` as an argument: nobody means that. */
function isCut(selector: Piece, [next, afterNext]: readonly Word[]): boolean {
  if (!next || /[=!,()]/.test(selector.text)) return false;
  return (
    /^(?:=|!=)/.test(next.raw) || (/^(?:in|notin)$/.test(next.raw) && afterNext?.raw.startsWith('(') === true)
  );
}

function insideQuotes({ raw, start, end }: Piece): { start: number; end: number } {
  const quotes = /^(['"]).*\1$/s.test(raw) ? 1 : 0;
  return { start: start + quotes, end: end - quotes };
}
