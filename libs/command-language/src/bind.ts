import type { Refusal } from '@chasqui/contracts';
import { badArguments, clipped, type ArgumentProblem } from './argument-problem.js';
import type { Bound, BoundValue, Resolve } from './bound.js';
import type { Span, Word } from './command-line.js';
import type { Declarations, OptionDeclaration, Value } from './declaration.js';
import { declaredOptions } from './declared-options.js';
import { placeOf, type Piece } from './piece.js';
import { isMany, itemsOf, itemsOfDefault, readDeclared, type Declared, type Item } from './read-declared.js';
import { ruleFactsOf } from './rule-facts.js';
import { scanWords, spanOf, type GivenValue, type ScannedWords } from './scan-words.js';

/**
 * Binds a command's words (without its name and `--on`) to what it declares. Every problem there is comes in one `bad-arguments` refusal,
 * with `ArgumentFacts`. Declarations must not change: what they say is worked out once.
 *
 * Words whose variables are not filled yet are bound as far as they can be; `waiting` names what has no value because of them.
 */
export function bind(declarations: Declarations, words: readonly Word[], resolve: Resolve): Bound | Refusal {
  const declared = declaredOptions(declarations);
  const scanned = scanWords(words, declared);
  if (scanned.help) return { ...nothing, secrets: scanned.secrets, help: true };

  const binding = new Binding(scanned, words.at(-1)?.end, resolve);
  const options = declarations.options.flatMap((option) => binding.option(option) ?? []);
  const positionals = binding.positionals(declarations.positionals);
  if (!declarations.positionals.at(-1)?.variadic) {
    binding.tooMany(declarations.positionals.length, declared.anySecret);
  }

  const { problems, waiting, secrets } = binding;
  if (problems.length > 0) return badArguments(problems, secrets);
  const ruleFacts = ruleFactsOf(options, positionals);
  return { kind: 'bound', options, positionals, waiting, ruleFacts, secrets, help: false };
}

const nothing: Bound = {
  kind: 'bound',
  options: [],
  positionals: [],
  waiting: [],
  ruleFacts: { args: [], options: [] },
  secrets: [],
  help: false,
};

/** One line's way from words to values; gathers what is wrong. */
class Binding {
  readonly problems: ArgumentProblem[];
  readonly secrets: Span[];
  readonly waiting: string[] = [];
  /** Whoever slipped in an option's name is not told besides that it is missing, or that its value is an argument too many. */
  private readonly namesAreRight: boolean;

  constructor(
    private readonly scanned: ScannedWords,
    private readonly lineEnd: number | undefined,
    private readonly resolve: Resolve,
  ) {
    this.problems = [...scanned.problems];
    this.secrets = [...scanned.secrets];
    this.namesAreRight = scanned.problems.length === 0;
  }

  option(option: OptionDeclaration): BoundValue | undefined {
    const written = `--${option.name}`;
    const given = this.scanned.given.get(option);
    if (!given) return this.absent(option, written);
    const [first, second] = given as [GivenValue, GivenValue?];
    if (option.type === 'count')
      return this.read(option, written, [{ text: String(given.length), piece: wholeWord(first) }]);
    if (second && option.type !== 'list') {
      this.problems.push({ problem: 'repeated-option', name: written, ...placeOf(wholeWord(second)) });
      return undefined;
    }
    if ('on' in first)
      return this.read(option, written, [{ text: String(first.on), piece: wholeWord(first) }]);
    return this.pieces(option, written, given as readonly Piece[]);
  }

  /** Up to the first that is not there: a program could not tell what stands behind it from what is missing. */
  positionals(declared: readonly Declared[]): BoundValue[] {
    const bound: BoundValue[] = [];
    let missing = false;
    for (const [index, positional] of declared.entries()) {
      const words = this.scanned.positionals.slice(index, positional.variadic ? undefined : index + 1);
      const value = this.positional(positional, words);
      missing ||= !value && words.length === 0;
      if (value && !missing) bound.push(value);
    }
    return bound;
  }

  private positional(positional: Declared, words: readonly Word[]): BoundValue | undefined {
    if (words.length === 0) return this.absent(positional, positional.name);
    const given = words.map((word) => ({ word, from: 0 }));
    if (positional.secret) this.secrets.push(...given.map(spanOf));
    return this.pieces(positional, positional.name, given);
  }

  /** Where a secret is about, a word too many may be a part of it. */
  tooMany(most: number, anySecret: boolean): void {
    const extra = this.scanned.positionals.slice(most).map((word) => ({ word, from: 0 }));
    if (anySecret) this.secrets.push(...extra.map(spanOf));
    const [first] = extra;
    if (!first || !this.namesAreRight) return;
    const found = anySecret ? {} : { found: clipped(first.word.text) };
    this.problems.push({
      problem: 'too-many-arguments',
      name: 'argument',
      ...placeOf(first),
      ...found,
      most,
    });
  }

  private pieces(declared: Declared, written: string, given: readonly Piece[]): BoundValue | undefined {
    if (!given.some(({ word }) => word.parts)) return this.read(declared, written, itemsOf(declared, given));
    this.waiting.push(declared.name);
    return undefined;
  }

  private absent(declared: Declared, written: string): BoundValue | undefined {
    if (declared.default !== undefined)
      return this.read(declared, written, itemsOfDefault(declared, declared.default), false);
    if (!declared.required || !this.namesAreRight) return undefined;
    this.problems.push({
      problem: written.startsWith('--') ? 'missing-option' : 'missing-argument',
      name: written,
      ...(this.lineEnd !== undefined && { position: this.lineEnd, length: 1 }),
      ...(declared.values && { values: declared.values }),
    });
    return undefined;
  }

  private read(
    declared: Declared,
    written: string,
    items: readonly Item[],
    given = true,
  ): BoundValue | undefined {
    const read = readDeclared(declared, items, this.resolve);
    if (!('wrong' in read)) return boundValue(declared, read.value, read.texts, given);
    const { wrong, item } = read;
    const found = item && !declared.secret && declared.type !== 'count' && { found: clipped(item.text) };
    this.problems.push({ ...wrong, name: written, ...(item?.piece && placeOf(item.piece)), ...found });
    return undefined;
  }
}

function boundValue(declared: Declared, value: Value, texts: readonly string[], given: boolean): BoundValue {
  const { name, type } = declared;
  return {
    name,
    type,
    value,
    texts,
    given,
    ...(isMany(declared) && { list: true }),
    ...(declared.variadic && { variadic: true }),
    ...(declared.secret && { secret: true }),
    ...(type === 'bool' && declared.default === true && { onByDefault: true }),
  };
}

function wholeWord({ word }: GivenValue): Piece {
  return { word, from: 0 };
}
