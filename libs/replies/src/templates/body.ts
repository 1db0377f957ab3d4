import {
  toValueSync,
  TypeGuards,
  type Context,
  type Parser,
  type TagToken,
  type Template,
  type TopLevelToken,
} from 'liquidjs';
import { TextEmitter, type Budget } from './block-emitter.js';
import { TemplateProblem } from './template-fault.js';

const budgetKey = 'chasqui:budget';

/** Every rendering has one budget, which all of its texts draw on. */
export function setBudget(context: Context, budget: Budget): void {
  context.setRegister(budgetKey, budget);
}

/** What stands between a tag and its end, such as `text` and `endtext`. @throws TemplateProblem if it has no end */
export function readBody(tag: TagToken, rest: TopLevelToken[], parser: Parser): Template[] {
  const body: Template[] = [];
  for (let token = rest.shift(); token !== undefined; token = rest.shift()) {
    if (TypeGuards.isTagToken(token) && token.name === `end${tag.name}`) return body;
    body.push(parser.parseToken(token, rest));
  }
  throw new TemplateProblem('not-closed', { tag: tag.name }, tag.begin);
}

/** The text of a body in this rendering. */
export function textOf(body: readonly Template[], context: Context): string {
  const emitter = new TextEmitter(context.getRegister<Budget>(budgetKey));
  toValueSync(context.liquid.renderer.renderTemplates(body, context, emitter));
  return emitter.buffer;
}
