import type { Word } from './command-line.js';

/** An option as given, before anybody says what it means. */
export interface GivenOption {
  /** Without its dashes. */
  readonly name: string;
  readonly flag: true;
  /** What stands behind its `=`. */
  readonly value?: string;
  /** The word after it, if that one is not an option itself: its value, if it takes one. */
  readonly next?: string;
  /**
   * Set where programs differ on whether this is an option: behind `--` (some do not know it), right behind an option that may
   * take it as its value, and in `-name` (one long option, or the letters n, a, m, e, or `-n` with a value). Access rules judge
   * every reading, so that none of them goes past a rule.
   */
  readonly unsure?: true;
  /** Where its word starts in the line. */
  readonly position: number;
}

/** Behind it every word is an argument. */
export const endOfOptions = '--';

/** Whether a program may take a word for an option. A lone `-` is an argument, and so is a negative number. */
export function isOption(text: string): boolean {
  return /^--?[^=-]|^---/.test(text) && !/^-(?:\d+\.?\d*|\.\d+)$/.test(text);
}

/** Whether an option may take the next word as its value. */
export function takesNext(text: string): boolean {
  return isOption(text) && !text.includes('=');
}

/** The options that one word gives: one for `--name`, one for each letter of `-abc`, and the other ways to read that. */
export function optionsOf(word: Word, following: Word | undefined): GivenOption[] {
  const equals = word.text.indexOf('=');
  const head = equals < 0 ? word.text : word.text.slice(0, equals);
  const tail = {
    ...(equals >= 0 && { value: word.text.slice(equals + 1) }),
    ...(equals < 0 && isValue(following) && { next: following.text }),
  };
  const option = (name: string, more: Partial<GivenOption>): GivenOption => ({
    name,
    flag: true,
    ...more,
    position: word.start,
  });
  if (head.startsWith('--')) return [option(head.slice(2), tail)];

  const letters = Array.from(head.slice(1));
  const options = letters.map((letter, index) => option(letter, index === letters.length - 1 ? tail : {}));
  if (letters.length === 1) return options;
  const last = options.length - 1;
  let at = 1;
  for (const letter of letters.slice(0, last)) {
    at += letter.length;
    options.push(option(letter, { value: word.text.slice(at), unsure: true }));
  }
  options.push(option(head.slice(1), { ...tail, unsure: true }));
  return options;
}

function isValue(word: Word | undefined): word is Word {
  return word !== undefined && word.text !== endOfOptions && !isOption(word.text);
}
