import { clipped, type ArgumentProblem } from './argument-problem.js';
import type { Span, Word } from './command-line.js';
import type { OptionDeclaration } from './declaration.js';
import type { DeclaredOptions } from './declared-options.js';
import { placeOf, typedLength, type Piece } from './piece.js';
import { suggest } from './suggest.js';

/** Words, told apart by what a command declares. No value has been read yet. */
export interface ScannedWords {
  readonly given: ReadonlyMap<OptionDeclaration, readonly GivenValue[]>;
  readonly positionals: readonly Word[];
  readonly help: boolean;
  readonly secrets: readonly Span[];
  readonly problems: readonly ArgumentProblem[];
}

/** How an option was given: with a value, or as a switch that is on or off. */
export type GivenValue = Piece | { readonly word: Word; readonly on: boolean };

/**
 * Tells options from positionals:
 * - `--name=value`, `--name value`, `--no-name` for a bool; `-n value`, `-nvalue`, `-n=value`, and `-abc` for `-a -b -c`.
 * - `--` ends the options. A lone `-` and negative numbers are values, unless a digit is declared as an option.
 * - A word that looks like an option is never taken for the value of the option before it; `--name=--value` is.
 * - What a variable stands for is always a value: an option, its `=` and a `--` have to be typed.
 */
export function scanWords(
  words: readonly Word[],
  { byName, byShort, anySecret }: DeclaredOptions,
): ScannedWords {
  const given = new Map<OptionDeclaration, GivenValue[]>();
  const positionals: Word[] = [];
  const secrets: Span[] = [];
  const problems: ArgumentProblem[] = [];
  let help = false;
  let at = 0;

  for (; at < words.length; at++) {
    const word = words[at]!;
    if (!looksLikeOption(word)) positionals.push(word);
    else if (word.text === '--' && typedLength(word) > 2) break;
    else if (word.text.startsWith('--')) long(word);
    else cluster(word);
  }
  positionals.push(...words.slice(at + 1));
  return { given, positionals, help, secrets, problems };

  function long(word: Word): void {
    const equals = word.text.indexOf('=');
    const typed = typedLength(word);
    if (typed !== Infinity && !(equals >= 0 && equals < typed)) return variableInName(word);
    const name = word.text.slice(2, equals < 0 ? undefined : equals);
    const option = byName.get(name);
    const value = equals < 0 ? undefined : { word, from: equals + 1 };
    if (option) return take(option, `--${name}`, word, value);
    const negated = name.startsWith('no-') ? byName.get(name.slice(3)) : undefined;
    if (negated?.type === 'bool')
      return value ? unexpected(`--${name}`, value) : add(negated, { word, on: false });
    if (name === 'help' && !value) help = true;
    else unknown(word, `--${name}`, name, value);
  }

  function cluster(word: Word): void {
    const { text } = word;
    const typed = typedLength(word);
    // A variable may stand for nothing: its place is there nevertheless.
    const more = (from: number): boolean => from < text.length || from === typed;
    for (let from = 1; more(from);) {
      if (from >= typed) return variableInName(word);
      const letter = String.fromCodePoint(text.codePointAt(from)!);
      const option = byShort.get(letter);
      if (!option) return unknown(word, `-${letter}`, text.slice(1));
      from += letter.length;
      const equals = text[from] === '=' && from < typed;
      const isSwitch = option.type === 'bool' || option.type === 'count';
      const value = more(from) && (equals || !isSwitch) ? { word, from: from + (equals ? 1 : 0) } : undefined;
      take(option, `-${letter}`, word, value);
      if (value || !isSwitch) return;
    }
  }

  function take(option: OptionDeclaration, written: string, word: Word, value: Piece | undefined): void {
    if (option.type === 'count') return value ? unexpected(written, value) : add(option, { word, on: true });
    if (value || option.type === 'bool') return add(option, value ?? { word, on: true });
    const next = words[at + 1];
    if (next && !looksLikeOption(next)) {
      at++;
      return add(option, { word: next, from: 0 });
    }
    if (next && option.secret) secrets.push(spanOf({ word: words[++at]!, from: 0 }));
    const found = next && !anySecret && { found: clipped(next.text) };
    problems.push({ problem: 'missing-value', name: written, ...placeOf({ word, from: 0 }), ...found });
  }

  function add(option: OptionDeclaration, value: GivenValue): void {
    const before = given.get(option);
    if (before) before.push(value);
    else given.set(option, [value]);
    if (option.secret && 'from' in value) secrets.push(spanOf(value));
  }

  function unknown(word: Word, written: string, typed: string, value?: Piece): void {
    const named = suggest(typed, byName.keys());
    const meant = named === undefined ? undefined : byName.get(named);
    const suggestion = named === undefined ? {} : { suggestion: `--${named}` };
    // It may have been meant for a secret: then what stands behind it is kept out of sight.
    if (meant ? meant.secret : anySecret) {
      const next = words[at + 1];
      if (value) secrets.push(spanOf(value));
      else if (next && !looksLikeOption(next)) secrets.push(spanOf({ word: words[++at]!, from: 0 }));
    }
    const length = value ? value.from - 1 : word.end - word.start;
    problems.push({
      problem: 'unknown-option',
      name: clipped(written),
      position: word.start,
      length,
      ...suggestion,
    });
  }

  function unexpected(name: string, value: Piece): void {
    problems.push({ problem: 'unexpected-value', name, ...placeOf(value) });
  }

  function variableInName(word: Word): void {
    problems.push({ problem: 'variable-in-name', name: clipped(word.raw), ...placeOf({ word, from: 0 }) });
  }

  function looksLikeOption(word: Word): boolean {
    const { text } = word;
    if (text.length < 2 || text[0] !== '-' || typedLength(word) < 1) return false;
    return !/^-\.?\d/.test(text) || byShort.has(text[1]!);
  }
}

export function spanOf(piece: Piece): Span {
  const { position, length } = placeOf(piece);
  return { start: position, end: position + length };
}
