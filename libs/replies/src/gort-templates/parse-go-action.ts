import { GoProblem } from './go-problem.js';
import type { GoWord } from './lex-go-template.js';

/** A value in an action. */
export type GoValue =
  | { readonly kind: 'field'; readonly path: readonly string[]; readonly at: number }
  | {
      readonly kind: 'variable';
      readonly name: string;
      readonly path: readonly string[];
      readonly at: number;
    }
  | { readonly kind: 'string' | 'number' | 'word'; readonly text: string; readonly at: number }
  | { readonly kind: 'call'; readonly name: string; readonly given: readonly GoValue[]; readonly at: number }
  | { readonly kind: 'part'; readonly of: GoValue; readonly path: readonly string[]; readonly at: number };

/** An action that is no keyword: what is declared or assigned, and the value, with its pipes turned into calls. */
export interface GoPipeline {
  readonly names: readonly string[];
  /** `=` in place of `:=`: a variable that there is already. */
  readonly assigns: boolean;
  readonly value: GoValue;
}

/** `$i, $x := f .A | g 1`: `g` is called with 1 and the value of `f .A`, as Go does it. @throws GoProblem */
export function parseGoPipeline(words: readonly GoWord[], end: number): GoPipeline {
  const names: string[] = [];
  const sign = words.findIndex(({ kind, text }) => kind === 'sign' && (text === ':=' || text === '='));
  for (const one of words.slice(0, Math.max(0, sign))) {
    if (one.kind === 'variable' && one.path.length === 0 && one.text !== '$') names.push(one.text);
    else if (one.text !== ',') throw new GoProblem('bad-syntax', one.text, one.at);
  }
  const reader = { words, next: sign + 1, end };
  const value = readPipeline(reader);
  const left = words[reader.next];
  if (left) throw new GoProblem('bad-syntax', left.text, left.at);
  return { names, assigns: words[sign]?.text === '=', value };
}

interface Reader {
  readonly words: readonly GoWord[];
  next: number;
  readonly end: number;
}

function readPipeline(reader: Reader): GoValue {
  let value = readCommand(reader, undefined);
  while (reader.words[reader.next]?.text === '|' && reader.words[reader.next]?.kind === 'sign') {
    reader.next += 1;
    value = readCommand(reader, value);
  }
  return value;
}

/** A function with what it is given, or a value alone. */
function readCommand(reader: Reader, piped: GoValue | undefined): GoValue {
  const first = reader.words[reader.next];
  const given: GoValue[] = [];
  const at = first?.at ?? reader.end;
  if (first?.kind === 'name' && !isLiteral(first.text)) {
    reader.next += 1;
    while (hasValue(reader)) given.push(readValue(reader));
    return { kind: 'call', name: first.text, given: piped ? [...given, piped] : given, at };
  }
  const value = readValue(reader);
  const more = reader.words[reader.next];
  if (piped || hasValue(reader))
    throw new GoProblem('bad-syntax', (more ?? first)?.text ?? '', (more ?? first)?.at ?? at);
  return value;
}

function readValue(reader: Reader): GoValue {
  const word = reader.words[reader.next];
  if (!word) throw new GoProblem('bad-syntax', '}}', reader.end);
  reader.next += 1;
  switch (word.kind) {
    case 'field':
      return { kind: 'field', path: word.path, at: word.at };
    case 'variable':
      return { kind: 'variable', name: word.text, path: word.path, at: word.at };
    case 'string':
    case 'number':
      return { kind: word.kind, text: word.text, at: word.at };
    case 'name':
      return isLiteral(word.text)
        ? { kind: 'word', text: word.text, at: word.at }
        : { kind: 'call', name: word.text, given: [], at: word.at };
    case 'sign':
      if (word.text !== '(') throw new GoProblem('bad-syntax', word.text, word.at);
  }
  const inside = readPipeline(reader);
  const close = reader.words[reader.next];
  if (close?.text !== ')') throw new GoProblem('bad-syntax', '(', word.at);
  reader.next += 1;
  const behind = reader.words[reader.next];
  if (behind?.kind !== 'field' || !behind.joined) return inside;
  reader.next += 1;
  return { kind: 'part', of: inside, path: behind.path, at: word.at };
}

function hasValue({ words, next }: Reader): boolean {
  const word = words[next];
  return word !== undefined && (word.kind !== 'sign' || word.text === '(');
}

function isLiteral(name: string): boolean {
  return name === 'true' || name === 'false' || name === 'nil';
}
