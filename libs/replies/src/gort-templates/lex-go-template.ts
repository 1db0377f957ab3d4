import { GoProblem } from './go-problem.js';

/** A piece of a Go template: text, or what stands between `{{` and `}}`. `at` is where it begins, in UTF-16 units from 0. */
export type GoPiece =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'action'; readonly words: readonly GoWord[]; readonly at: number };

/** A word of an action. A field has its names (`.A.B`), a variable its own name and the names behind it (`$x.A`). */
export interface GoWord {
  readonly kind: 'field' | 'variable' | 'name' | 'string' | 'number' | 'sign';
  readonly text: string;
  readonly path: readonly string[];
  readonly at: number;
  /** Whether it stands right behind the word before it, as `.Name` in `(index .List 0).Name`. */
  readonly joined: boolean;
}

/** Cuts a Go template into text and actions, with blanks trimmed where `{{-` and `-}}` say so. @throws GoProblem */
export function lexGoTemplate(text: string): GoPiece[] {
  const pieces: GoPiece[] = [];
  let at = 0;
  let trim = false;
  while (at < text.length) {
    const open = text.indexOf('{{', at);
    const trimsLeft = open >= 0 && /^-\s/.test(text.slice(open + 2, open + 4));
    let between = text.slice(at, open < 0 ? undefined : open);
    if (trim) between = between.trimStart();
    if (trimsLeft) between = between.trimEnd();
    if (between !== '') pieces.push({ kind: 'text', text: between });
    if (open < 0) break;
    const inside = readAction(text, open, trimsLeft ? open + 3 : open + 2);
    if (inside.words.length > 0) pieces.push({ kind: 'action', words: inside.words, at: open });
    ({ at, trim } = inside);
  }
  return pieces;
}

const word = new RegExp(
  [
    String.raw`(?<comment>\/\*[^]*?\*\/)`,
    String.raw`(?<string>"(?:[^"\\\n]|\\.)*"|\x60[^\x60]*\x60)`,
    String.raw`(?<field>(?:\.[\p{L}_][\p{L}\p{N}_]*)+|\.(?![\p{L}\p{N}_]))`,
    String.raw`(?<variable>\$(?:[\p{L}_][\p{L}\p{N}_]*)?(?:\.[\p{L}_][\p{L}\p{N}_]*)*)`,
    String.raw`(?<number>-?\d+(?:\.\d+)?(?![\p{L}\p{N}_.]))`,
    String.raw`(?<name>[\p{L}_][\p{L}\p{N}_]*)`,
    String.raw`(?<sign>:=|[|(),=])`,
  ].join('|'),
  'uy',
);

function readAction(
  text: string,
  open: number,
  start: number,
): { words: GoWord[]; at: number; trim: boolean } {
  const words: GoWord[] = [];
  let at = start;
  for (;;) {
    const begin = at;
    while (/\s/.test(text[at] ?? '')) at += 1;
    const blank = at > begin;
    if (text.startsWith('}}', at)) return { words, at: at + 2, trim: false };
    if (blank && text.startsWith('-}}', at)) return { words, at: at + 3, trim: true };
    if (at >= text.length) throw new GoProblem('bad-syntax', '{{', open);
    word.lastIndex = at;
    const found = word.exec(text);
    if (!found) throw new GoProblem('bad-syntax', text.slice(at, at + 20), at);
    const [kind, own] = Object.entries(found.groups!).find(([, value]) => value !== undefined)!;
    if (kind !== 'comment') words.push(goWord(kind as GoWord['kind'], own!, at, !blank));
    at += own!.length;
  }
}

function goWord(kind: GoWord['kind'], own: string, at: number, joined: boolean): GoWord {
  switch (kind) {
    case 'field':
      return { kind, text: own, path: own === '.' ? [] : own.slice(1).split('.'), at, joined };
    case 'variable': {
      const [name, ...path] = own.split('.');
      return { kind, text: name!, path, at, joined };
    }
    case 'string':
      return { kind, text: unquoted(own, at), path: [], at, joined };
    default:
      return { kind, text: own, path: [], at, joined };
  }
}

/** Go's quotes: raw between backticks, and with the escapes that JSON has too. */
function unquoted(quoted: string, at: number): string {
  if (quoted.startsWith('`')) return quoted.slice(1, -1);
  try {
    return JSON.parse(quoted.replaceAll('\t', '\\t')) as string;
  } catch {
    throw new GoProblem('not-carried', quoted.slice(0, 20), at);
  }
}
