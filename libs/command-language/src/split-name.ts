import type { Word } from './command-line.js';

/** What a stage's first word names: `bundle:command`, or a bare `command`. */
export interface CommandName {
  readonly bundle?: string;
  readonly command: string;
  readonly word: Word;
}

/** The command's name, and the words after it. A stage has at least one word. */
export function splitName(words: readonly Word[]): { name: CommandName; rest: readonly Word[] } {
  const [word, ...rest] = words as [Word, ...Word[]];
  const [, bundle, command] = /^([^:]+):(.+)$/s.exec(word.text) ?? [];
  if (bundle === undefined || command === undefined) return { name: { command: word.text, word }, rest };
  return { name: { bundle, command, word }, rest };
}
