import type { Word } from '@chasqui/command-language';
import type { Operator } from './condition.js';
import { placesIn, type Place } from './filter-fault.js';

/** The pieces of a condition. `quoted` names are never `and`, `or`, `not`. */
export type ConditionToken = { readonly place: Place } & (
  | { readonly kind: 'open' | 'close' }
  | { readonly kind: 'operator'; readonly operator: Operator }
  | { readonly kind: 'name'; readonly text: string; readonly quoted: boolean }
  | { readonly kind: 'value'; readonly text: string }
  /** A quote that nothing closes. */
  | { readonly kind: 'unclosed' }
);

/**
 * Cuts the words of a `where` into tokens. What follows an operator is its value: the rest of the word, or else the next word.
 * A word that is quoted as a whole and not a value is text of its own: it may hold blanks, and quotes around its names and values.
 */
export function conditionTokens(words: readonly Word[]): ConditionToken[] {
  const tokens: ConditionToken[] = [];
  for (const word of words) {
    const whole = isQuotedWhole(word);
    const cut: Cut = { tokens, text: word.text, raw: word.raw, place: placesIn(word) };
    if (tokens.at(-1)?.kind === 'operator') takeValue(cut, 0, whole);
    else if (whole) takeText(cut);
    else takeBare(cut);
  }
  return tokens;
}

/** A word that is being cut, and where its tokens go. */
interface Cut {
  readonly tokens: ConditionToken[];
  readonly text: string;
  readonly raw: string;
  readonly place: ReturnType<typeof placesIn>;
}

const operator = /!=|!~|<=|>=|==|=~|[=<>~]/y;
const synonyms: Record<string, string> = { '==': '=', '=~': '~' };
/** In a word that is not quoted as a whole, blanks are part of a name: somebody quoted or escaped them. */
const bareName = /(?:[^()=!<>~[]|!(?![=~])|\[[^\]]*\]?)+/y;
const toBlank = /\S+/y;
const textName = /(?:[^\s()=!<>~["']|!(?![=~])|\[[^\]]*\]?)+/y;

function takeBare(cut: Cut): void {
  for (let at = 0; at < cut.text.length;) {
    const taken = takeSign(cut, at);
    if (taken > 0 && cut.tokens.at(-1)!.kind === 'operator') {
      const empty = at + taken === cut.text.length;
      // `name=''` gives an empty value, `name=` looks for its value in the next word.
      if (!empty || /['"]$/.test(cut.raw)) takeValue(cut, at + taken, false);
      return;
    }
    at += taken || takeName(cut, at, bareName);
  }
}

function takeText(cut: Cut): void {
  const { text, tokens } = cut;
  for (let at = 0; at < text.length;) {
    const wantsValue = tokens.at(-1)?.kind === 'operator';
    if (/\s/.test(text[at]!)) {
      at++;
    } else if (text[at] === '"' || text[at] === "'") {
      const end = text.indexOf(text[at]!, at + 1);
      if (end < 0) {
        tokens.push({ kind: 'unclosed', place: cut.place(at, 1) });
        return;
      }
      const inside = text.slice(at + 1, end);
      const place = cut.place(at, end + 1 - at);
      tokens.push(
        wantsValue
          ? { kind: 'value', text: inside, place }
          : { kind: 'name', text: inside, quoted: true, place },
      );
      at = end + 1;
    } else if (wantsValue) {
      toBlank.lastIndex = at;
      const value = withoutClosing(toBlank.exec(text)![0]);
      tokens.push({ kind: 'value', text: value, place: cut.place(at, value.length) });
      at += value.length;
      if (value === '') at += takeSign(cut, at);
    } else {
      at += takeSign(cut, at) || takeName(cut, at, textName);
    }
  }
}

/** The rest of the word from `at` on, without the parentheses at its end that close what was opened before it. */
function takeValue(cut: Cut, at: number, quoted: boolean): void {
  const rest = cut.text.slice(at);
  const value = quoted || !cut.raw.endsWith(')') ? rest : withoutClosing(rest);
  cut.tokens.push({ kind: 'value', text: value, place: cut.place(at, value.length) });
  for (let end = at + value.length; end < cut.text.length; end++) takeSign(cut, end);
}

/** How long the parenthesis or operator at `at` is that was taken; 0 for none. */
function takeSign(cut: Cut, at: number): number {
  const character = cut.text[at];
  if (character === '(' || character === ')') {
    cut.tokens.push({ kind: character === '(' ? 'open' : 'close', place: cut.place(at, 1) });
    return 1;
  }
  operator.lastIndex = at;
  const sign = operator.exec(cut.text)?.[0];
  if (sign === undefined) return 0;
  const meant = (synonyms[sign] ?? sign) as Operator;
  cut.tokens.push({ kind: 'operator', operator: meant, place: cut.place(at, sign.length) });
  return sign.length;
}

function takeName(cut: Cut, at: number, pattern: RegExp): number {
  pattern.lastIndex = at;
  const name = pattern.exec(cut.text)![0];
  cut.tokens.push({ kind: 'name', text: name, quoted: false, place: cut.place(at, name.length) });
  return name.length;
}

/** Without the `)` at its end that have no `(` in it. */
function withoutClosing(text: string): string {
  let surplus = 0;
  for (const character of text) surplus += character === ')' ? 1 : character === '(' ? -1 : 0;
  let end = text.length;
  while (surplus-- > 0 && text[end - 1] === ')') end--;
  return text.slice(0, end);
}

function isQuotedWhole({ raw }: Word): boolean {
  if (raw.startsWith("'")) return raw.indexOf("'", 1) === raw.length - 1 && raw.length > 1;
  return /^"(?:[^"\\]|\\[^])*"$/.test(raw);
}
