import type {
  Comparison,
  Condition,
  Literal,
  Needs,
  Operand,
  Operator,
  Permission,
  Tree,
} from '@chasqui/access-rules';

/** A rule as Cog reads it. Conditions are right-associative, without precedence; here they are grouped as Cog would. */
export interface CogRule {
  /** `bundle:command`, where it is named. */
  readonly command?: string;
  readonly condition?: Condition;
  /** None: `allow`. */
  readonly needs?: Needs;
}

export interface CogRuleFault {
  readonly position: number;
  readonly expected: string;
  readonly found: string;
}

/**
 * Reads a rule of Cog's:
 * `[when command is bundle:command] [with CONDITION] (allow | must have PERMISSIONS)`.
 */
export function parseCogRule(text: string): CogRule | CogRuleFault {
  try {
    return new Parser(text).rule();
  } catch (thrown) {
    if (!(thrown instanceof Unexpected)) throw thrown;
    const { position, expected, found } = thrown;
    return { position, expected, found };
  }
}

class Unexpected extends Error {
  constructor(
    readonly position: number,
    readonly expected: string,
    readonly found: string,
  ) {
    super(expected);
  }
}

interface Token {
  readonly kind: 'word' | 'string' | 'regex' | 'sign' | 'end';
  readonly text: string;
  readonly at: number;
}

const deepest = 100;

class Parser {
  readonly #tokens: readonly Token[];
  #at = 0;
  #depth = 0;

  constructor(readonly text: string) {
    this.#tokens = tokensOf(text);
  }

  rule(): CogRule {
    const command = this.#command();
    const condition = this.#took('with') ? this.#tree(() => this.#comparison()) : undefined;
    const needs = this.#took('allow') ? undefined : this.#needs();
    if (this.#next.kind !== 'end') throw this.#unexpected('the end of the rule');
    return {
      ...(command !== undefined && { command }),
      ...(condition && { condition }),
      ...(needs && { needs }),
    };
  }

  #command(): string | undefined {
    if (!this.#took('when')) return undefined;
    if (!this.#took('command')) throw this.#unexpected('command');
    if (!this.#took('is')) throw this.#unexpected('is');
    return this.#name('a command, written bundle:command');
  }

  #needs(): Needs {
    if (!this.#took('must')) throw this.#unexpected('with, allow or must have');
    if (!this.#took('have')) throw this.#unexpected('have');
    return this.#tree<Permission>(() => this.#permissions());
  }

  /** `a and b or c` is `a and (b or c)`. */
  #tree<Leaf extends { kind: string }>(leaf: () => Tree<Leaf>): Tree<Leaf> {
    if (++this.#depth > deepest) throw this.#unexpected('a shorter rule');
    const left = this.#took('(') ? this.#inside(leaf) : leaf();
    const kind = this.#took('and') ? 'and' : this.#took('or') ? 'or' : undefined;
    const right = kind && this.#tree(leaf);
    this.#depth--;
    return kind && right ? joined(kind, left, right) : left;
  }

  #inside<Leaf extends { kind: string }>(leaf: () => Tree<Leaf>): Tree<Leaf> {
    const inside = this.#tree(leaf);
    if (!this.#took(')')) throw this.#unexpected(')');
    return inside;
  }

  #permissions(): Needs {
    const kind = this.#took('any') ? 'or' : this.#took('all') ? 'and' : undefined;
    if (!kind) return this.#permission();
    if (!this.#took('in')) throw this.#unexpected('in');
    const of = this.#list(() => this.#permission());
    return of.length === 1 ? of[0]! : { kind, of };
  }

  #permission(): Permission {
    return { kind: 'permission', name: this.#name('a permission, written bundle:name') };
  }

  #comparison(): Tree<Comparison> {
    const quantifier = this.#took('any') ? 'any' : this.#took('all') ? 'all' : undefined;
    const whole = quantifier ? this.#whole() : undefined;
    const left = whole ?? this.#reference();
    const { operator, right } = this.#relation();
    if (!whole || !quantifier) return { kind: 'comparison', left, operator, right };
    const comparison = { kind: 'comparison', quantifier, left: whole, operator, right } as const;
    // In Cog `all args in […]` does not hold where there are none, though `all args == …` does.
    if (quantifier === 'all' && operator === 'in')
      return { kind: 'and', of: [{ ...comparison, quantifier: 'any' }, comparison] };
    return comparison;
  }

  /** `arg`, `args`, `option` or `options`, without brackets. */
  #whole(): Operand | undefined {
    if (this.#afterNext.text === '[') return undefined;
    if (this.#took('arg') || this.#took('args')) return { kind: 'args' };
    if (this.#took('option') || this.#took('options')) return { kind: 'options' };
    throw this.#unexpected('arg, args, option or options');
  }

  #reference(): Operand {
    if (this.#took('arg')) {
      const index = this.#bracketed('a number from 0');
      if (!/^\d{1,6}$/.test(index)) throw this.#unexpected('a number from 0');
      return { kind: 'arg', index: Number(index) };
    }
    if (this.#took('option')) return { kind: 'option', name: this.#bracketed("an option's name") };
    throw this.#unexpected('arg[0], option[name], or any or all of them');
  }

  #bracketed(expected: string): string {
    if (!this.#took('[')) throw this.#unexpected('[');
    const { kind, text } = this.#next;
    if ((kind !== 'word' && kind !== 'string') || text === '') throw this.#unexpected(expected);
    this.#at++;
    if (!this.#took(']')) throw this.#unexpected(']');
    return text;
  }

  #relation(): { operator: Operator; right: Operand } {
    if (this.#took('in'))
      return { operator: 'in', right: { kind: 'list', of: this.#list(() => this.#value()) } };
    const operator = operators.get(this.#next.text);
    if (operator === undefined || this.#next.kind !== 'sign')
      throw this.#unexpected('an operator: == != < > =< >= or in');
    this.#at++;
    return { operator, right: this.#value() };
  }

  #list<T>(item: () => T): T[] {
    if (!this.#took('[')) throw this.#unexpected('a list in brackets');
    const items = [item()];
    while (this.#took(',')) items.push(item());
    if (!this.#took(']')) throw this.#unexpected('a comma or ]');
    return items;
  }

  #value(): Literal {
    const { kind, text } = this.#next;
    if (kind === 'sign' || kind === 'end') throw this.#unexpected('a value');
    this.#at++;
    if (kind === 'regex') return { kind, pattern: text };
    if (kind === 'string') return { kind, value: text };
    if (text === 'true' || text === 'false') return { kind: 'boolean', value: text === 'true' };
    if (/^-?\d+(?:\.\d+)?$/.test(text)) return { kind: 'number', text };
    return { kind: 'string', value: text };
  }

  #name(expected: string): string {
    const { kind, text } = this.#next;
    if (kind !== 'word' || !/^[\w.-]+:[\w.-]+$/.test(text)) throw this.#unexpected(expected);
    this.#at++;
    return text;
  }

  get #next(): Token {
    return this.#tokens[this.#at]!;
  }

  get #afterNext(): Token {
    return this.#tokens[this.#at + 1] ?? this.#next;
  }

  #took(text: string): boolean {
    const { kind, text: found } = this.#next;
    const isIt = found === text && (kind === 'word' || kind === 'sign');
    if (isIt) this.#at++;
    return isIt;
  }

  #unexpected(expected: string): Unexpected {
    const { kind, at, text } = this.#next;
    return new Unexpected(at, expected, kind === 'end' ? 'the end' : text);
  }
}

const operators: ReadonlyMap<string, Operator> = new Map([
  ['==', '=='],
  ['!=', '!='],
  ['<', '<'],
  ['>', '>'],
  ['=<', '<='],
  ['<=', '<='],
  ['>=', '>='],
]);

function joined<Leaf extends { kind: string }>(
  kind: 'and' | 'or',
  left: Tree<Leaf>,
  right: Tree<Leaf>,
): Tree<Leaf> {
  const same = 'of' in right && right.kind === kind ? (right as { of: readonly Tree<Leaf>[] }).of : [right];
  return { kind, of: [left, ...same] };
}

function tokensOf(text: string): Token[] {
  const tokens: Token[] = [];
  const piece =
    /\s+|(?<string>"(?:\\[^]|[^"\\])*"|'(?:\\[^]|[^'\\])*')|(?<regex>\/(?:\\[^]|[^/\\])*\/)|(?<sign>==|!=|=<|<=|>=|[<>[\](),])|(?<word>[^\s[\](),=!<>'"/]+)/y;
  while (piece.lastIndex < text.length) {
    const at = piece.lastIndex;
    const groups = piece.exec(text)?.groups;
    if (!groups) throw new Unexpected(at, 'a word, a value or a sign that rules have', text[at]!);
    const { string, regex, sign, word } = groups;
    if (string !== undefined)
      tokens.push({ kind: 'string', text: string.slice(1, -1).replaceAll(/\\(["'\\])/g, '$1'), at });
    if (regex !== undefined)
      tokens.push({ kind: 'regex', text: regex.slice(1, -1).replaceAll(String.raw`\/`, '/'), at });
    if (sign !== undefined) tokens.push({ kind: 'sign', text: sign, at });
    if (word !== undefined) tokens.push({ kind: 'word', text: word, at });
  }
  return [...tokens, { kind: 'end', text: '', at: text.length }];
}
