import {
  Tag,
  TypeGuards,
  type Arguments,
  type Context,
  type Emitter,
  type Liquid,
  type Parser,
  type TagToken,
  type Template,
  type TopLevelToken,
} from 'liquidjs';
import { BlockEmitter } from './block-emitter.js';
import { readBody, textOf } from './body.js';
import { drawings, type Drawing } from './drawings.js';
import { allTokens, readTagWords, valueOf, type TagWords } from './tag-words.js';
import { colorOf } from './safe-values.js';
import { TemplateProblem } from './template-fault.js';

type TagClass = Parameters<Liquid['registerTag']>[1];

abstract class BlockTag extends Tag {}

/** Whether a template is one of our tags, which may stand in no text. */
export function isBlockTag(part: unknown): part is Template {
  return part instanceof BlockTag;
}

export const blockTags = Object.fromEntries(
  Object.entries(drawings).map(([name, drawing]) => [name, blockTag(name, drawing)]),
);

function blockTag(tag: string, drawing: Drawing): TagClass {
  return class extends BlockTag {
    readonly #words: TagWords;
    readonly #body: Template[] = [];

    constructor(token: TagToken, rest: TopLevelToken[], liquid: Liquid, parser: Parser) {
      super(token, rest, liquid);
      this.#words = readTagWords({ tag, ...drawing }, token.tokenizer);
      checkColor(this.#words);
      if (drawing.body) this.#body = readBody(token, rest, parser);
    }

    override render(context: Context, emitter: Emitter): void {
      if (!(emitter instanceof BlockEmitter)) throw new TemplateProblem('block-inside', { tag });
      const values = this.#words.values.map((word) => valueOf(word, context));
      const named = (name: string) => valueOf(this.#words.named[name], context);
      const body = textOf(this.#body, context);
      for (const block of drawing.draw(values, named, body)) emitter.add(block);
    }

    *arguments(): Arguments {
      yield* allTokens(this.#words);
    }

    // oxlint-disable-next-line require-yield -- Liquid's analysis wants a generator
    *children(): Generator<unknown, Template[]> {
      return this.#body;
    }
  };
}

/** A colour that is written out is looked at when the template is read. */
function checkColor({ named }: TagWords): void {
  const color = named['color'];
  if (color === undefined || color === true || !TypeGuards.isQuotedToken(color)) return;
  if (colorOf(color.content) === undefined)
    throw new TemplateProblem('bad-color', { color: color.content }, color.begin);
}
