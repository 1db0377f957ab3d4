import type { Word } from './command-line.js';

/** What of a word is a value: all of it, or what stands behind `--name=` or `-n`. */
export interface Piece {
  readonly word: Word;
  /** Where in the word's text it begins. */
  readonly from: number;
}

export function pieceText({ word, from }: Piece): string {
  return from === 0 ? word.text : word.text.slice(from);
}

/** How much of a word's text was typed before its first variable; all of it, where there is none. */
export function typedLength(word: Word): number {
  if (word.inserted) return word.inserted[0]?.start ?? Infinity;
  const [first] = word.parts ?? [''];
  return word.parts ? (typeof first === 'string' ? first.length : 0) : Infinity;
}

/** A piece cut at its commas, but not at those that a variable brought. An empty piece has no items. */
export function itemsIn(piece: Piece): string[] {
  const text = pieceText(piece);
  if (text === '') return [];
  const { inserted } = piece.word;
  if (!inserted) return text.split(',');
  const items: string[] = [];
  let from = 0;
  for (let at = text.indexOf(','); at >= 0; at = text.indexOf(',', at + 1)) {
    const place = at + piece.from;
    if (inserted.some(({ start, end }) => place >= start && place < end)) continue;
    items.push(text.slice(from, at));
    from = at + 1;
  }
  return [...items, text.slice(from)];
}

/** Where a piece stands in the line; where quotes make that unclear, its whole word. */
export function placeOf({ word, from }: Piece): { position: number; length: number } {
  const cut = word.raw.startsWith(word.text.slice(0, from)) ? from : 0;
  return { position: word.start + cut, length: word.end - word.start - cut };
}
