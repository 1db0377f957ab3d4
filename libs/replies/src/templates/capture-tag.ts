import {
  Tag,
  type Context,
  type Liquid,
  type Parser,
  type TagToken,
  type Template,
  type TopLevelToken,
} from 'liquidjs';
import { readBody, textOf } from './body.js';
import { TemplateProblem } from './template-fault.js';

/** Liquid's `capture`, with what it gathers counted: Liquid's own may double a text as often as it likes. */
export class CaptureTag extends Tag {
  readonly #name;
  readonly #body: Template[];

  constructor(token: TagToken, rest: TopLevelToken[], liquid: Liquid, parser: Parser) {
    super(token, rest, liquid);
    this.#name = token.tokenizer.readIdentifier();
    token.tokenizer.skipBlank();
    if (this.#name.content === '' || !token.tokenizer.end())
      throw new TemplateProblem('bad-words', { tag: 'capture', values: ['variable'] }, token.tokenizer.p);
    this.#body = readBody(token, rest, parser);
  }

  override render(context: Context): void {
    const text = textOf(this.#body, context);
    (context.bottom() as Record<string, unknown>)[this.#name.content] = text;
  }

  // oxlint-disable-next-line require-yield -- Liquid's analysis wants a generator
  *children(): Generator<unknown, Template[]> {
    return this.#body;
  }

  *localScope() {
    yield this.#name;
  }
}
