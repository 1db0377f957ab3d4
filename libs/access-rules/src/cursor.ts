import type { RuleFault } from './rule.js';

export interface Token {
  readonly kind: 'word' | 'string' | 'regex' | 'sign' | 'end' | 'broken';
  /** For a string or a regular expression what is inside it; for a broken token what it lacks. */
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

/** Walks over a rule's tokens. */
export class Cursor {
  private at = 0;
  private readonly tokens: readonly Token[];

  constructor(private readonly text: string) {
    this.tokens = tokensOf(text);
  }

  get next(): Token {
    return this.tokens[this.at]!;
  }

  get afterNext(): Token {
    return this.tokens[this.at + 1] ?? this.next;
  }

  /** Whether this word or sign comes next. */
  sees(text: string): boolean {
    return this.next.text === text && (this.next.kind === 'word' || this.next.kind === 'sign');
  }

  /** Steps over this word or sign, if it comes next. */
  took(text: string): boolean {
    const seen = this.sees(text);
    if (seen) this.at++;
    return seen;
  }

  take(): Token {
    const token = this.next;
    if (token.kind !== 'end') this.at++;
    return token;
  }

  /** What comes next is not what could stand there. */
  fault(expected: string, token = this.next): RuleFault {
    const { kind, start, end, text } = token;
    if (kind === 'end') return { kind: 'rule-fault', position: start, expected, found: 'the end' };
    const found = this.text.slice(start, end);
    return {
      kind: 'rule-fault',
      position: start,
      length: end - start,
      expected: kind === 'broken' ? text : expected,
      found,
    };
  }
}

function tokensOf(text: string): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  while (at < text.length) {
    at += match(/\s*/y, text, at)!.length;
    if (at === text.length) break;
    const token = tokenAt(text, at);
    tokens.push(token);
    at = token.end;
  }
  tokens.push({ kind: 'end', text: '', start: text.length, end: text.length });
  return tokens;
}

function tokenAt(text: string, start: number): Token {
  const character = text[start]!;
  if (character === "'" || character === '"') return quoted(text, start, 'string');
  if (character === '/') return quoted(text, start, 'regex');
  const sign = match(/==|!=|<=|>=|[<>[\](),]/y, text, start);
  if (sign) return { kind: 'sign', text: sign, start, end: start + sign.length };
  const word = match(/[^\s[\](),=!<>'"/]+/y, text, start);
  if (word) return { kind: 'word', text: word, start, end: start + word.length };
  return { kind: 'broken', text: `${character}=`, start, end: start + 1 };
}

/**
 * A string or a regular expression, up to its closing character. A backslash before that character makes it part of the text; in a
 * string so does one before a backslash. Everything else stays as it is, so that `'C:\dir'` and `/\d/` need no doubling.
 */
function quoted(text: string, start: number, kind: 'string' | 'regex'): Token {
  const close = text[start]!;
  let inside = '';
  for (let at = start + 1; at < text.length; at++) {
    if (text[at] === close) return { kind, text: inside, start, end: at + 1 };
    if (text[at] !== '\\' || at + 1 === text.length) {
      inside += text[at]!;
      continue;
    }
    const escaped = text[++at]!;
    const literal = escaped === close || (kind === 'string' && escaped === '\\');
    inside += literal ? escaped : `\\${escaped}`;
  }
  return { kind: 'broken', text: `a closing ${close}`, start, end: text.length };
}

function match(pattern: RegExp, text: string, at: number): string | undefined {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0];
}
