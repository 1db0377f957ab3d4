import { evalToken, toValueSync, type Context, type Tokenizer, type ValueToken } from 'liquidjs';
import { TemplateProblem } from './template-fault.js';

/** What may stand behind a tag's name. */
export interface TagShape {
  readonly tag: string;
  /** The values without a name, in their order; those that may be left out end in `?`. */
  readonly values: readonly string[];
  /** `name: value`, in any order behind them; a `flag` may stand without `: true`. */
  readonly named: Readonly<Record<string, 'value' | 'flag'>>;
}

/** The words behind a tag's name, read once. */
export interface TagWords {
  readonly values: readonly ValueToken[];
  readonly named: Readonly<Record<string, ValueToken | true>>;
}

/**
 * `response.out, "text", color: "#f00"`: values separated by commas, without filters.
 * @throws TemplateProblem
 */
export function readTagWords(shape: TagShape, tokenizer: Tokenizer): TagWords {
  const values: ValueToken[] = [];
  const named: Record<string, ValueToken | true> = Object.create(null) as Record<string, never>;
  while ((tokenizer.skipBlank(), !tokenizer.end())) {
    const begin = tokenizer.p;
    const word = tokenizer.readIdentifier().content;
    tokenizer.skipBlank();
    const next = tokenizer.peek();
    if (word !== '' && next === ':') {
      if (!Object.hasOwn(shape.named, word)) throw unknownWord(shape, word, begin);
      tokenizer.advance();
      named[word] = readValue(shape, tokenizer);
    } else if (shape.named[word] === 'flag' && (next === ',' || next === '')) {
      named[word] = true;
    } else {
      tokenizer.p = begin;
      values.push(readValue(shape, tokenizer));
    }
    tokenizer.skipBlank();
    if (tokenizer.end()) break;
    if (tokenizer.peek() !== ',') throw badWords(shape, tokenizer.p);
    tokenizer.advance();
  }
  const least = shape.values.filter((name) => !name.endsWith('?')).length;
  if (values.length < least || values.length > shape.values.length) throw badWords(shape, tokenizer.p);
  return { values, named };
}

/** What a word stands for in this rendering; undefined where it is not given. */
export function valueOf(word: ValueToken | true | undefined, context: Context): unknown {
  if (word === undefined || word === true) return word;
  return toValueSync(evalToken(word, context) as never);
}

export function allTokens(words: TagWords): ValueToken[] {
  return [...words.values, ...Object.values(words.named).filter((word) => word !== true)];
}

function readValue(shape: TagShape, tokenizer: Tokenizer): ValueToken {
  tokenizer.skipBlank();
  const at = tokenizer.p;
  const value = tokenizer.readValue();
  if (value === undefined) throw badWords(shape, at);
  return value as ValueToken;
}

function badWords({ tag, values, named }: TagShape, at: number): TemplateProblem {
  return new TemplateProblem('bad-words', { tag, values, named: Object.keys(named) }, at);
}

function unknownWord({ tag, named }: TagShape, name: string, at: number): TemplateProblem {
  return new TemplateProblem('unknown-word', { tag, name, known: Object.keys(named) }, at);
}
