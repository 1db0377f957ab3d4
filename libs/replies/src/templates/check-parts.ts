import {
  analyzeSync,
  Expression,
  Liquid,
  Tokenizer,
  toValueSync,
  TypeGuards,
  type Template as Part,
} from 'liquidjs';
import { isBlockTag } from './block-tags.js';
import { envelopeNames } from './envelope-names.js';
import { limits } from './limits.js';
import { TemplateProblem } from './template-fault.js';

/** What the engine would find out only while it fills a template in, or never. @throws TemplateProblem */
export function checkParts(parts: readonly Part[], text: string): void {
  checkTokens(parts);
  checkNesting(parts, undefined);
  checkNames(parts, text);
}

/**
 * No ranges: with bounds beyond 2^53 the engine counts for ever, outside all of its limits. And no expression that does not come to one
 * value, of which the engine would silently take the first. Goes through everything that was parsed, so that no place is forgotten.
 */
function checkTokens(parts: readonly Part[]): void {
  const seen = new Set<unknown>();
  const open = [{ next: parts as unknown, depth: 0 }];
  while (open.length > 0) {
    const { next, depth } = open.pop()!;
    if (typeof next !== 'object' || next === null || seen.has(next)) continue;
    if (depth > limits.depth) throw new TemplateProblem('too-deep');
    seen.add(next);
    if (next instanceof Liquid || next instanceof Tokenizer) continue;
    if (TypeGuards.isRangeToken(next)) throw new TemplateProblem('no-ranges', {}, next.begin);
    if (next instanceof Expression) checkExpression(next);
    const hidden = isBlockTag(next) ? [...(next.arguments?.() ?? []), ...childrenOf(next)] : [];
    for (const inner of [...hidden, ...Object.values(next)]) open.push({ next: inner, depth: depth + 1 });
  }
}

/** Worked through in the engine's own order, operands last, the operators must leave one value. */
function checkExpression(expression: Expression): void {
  const { postfix } = expression as unknown as { postfix: { begin: number; operator?: string }[] };
  let values = 0;
  for (const token of postfix) {
    const wanted = token.operator === undefined ? 0 : token.operator === 'not' ? 1 : 2;
    if (values < wanted) throw new TemplateProblem('bad-syntax', {}, token.begin);
    values += 1 - wanted;
  }
  if (values !== 1) throw new TemplateProblem('bad-syntax', {}, postfix.at(-1)?.begin);
}

/** A block of its own stands in no text. */
function checkNesting(parts: readonly Part[], outer: string | undefined): void {
  for (const part of parts) {
    const tag = (part as Part & { name?: string }).name;
    if (outer !== undefined && isBlockTag(part))
      throw new TemplateProblem('block-inside', { tag, outer }, part.token.begin);
    checkNesting(childrenOf(part), isBlockTag(part) || tag === 'capture' ? tag : outer);
  }
}

/** What is neither assigned in the template nor in the envelope can only be a slip. Of the fields inside records nothing is known. */
function checkNames(parts: readonly Part[], text: string): void {
  const { globals } = analyzeSync([...parts], { partials: false });
  for (const { segments, location } of Object.values(globals).flat()) {
    const at = offset(text, location);
    // Of `"abc".size` the engine reports the field as if it were a variable.
    if (/["'\d-]/.test(text[at] ?? '')) continue;
    const [root, field] = segments;
    const fields = envelopeNames.get(String(root));
    const unknown =
      fields === undefined
        ? { name: String(root), known: [...envelopeNames.keys()] }
        : fields.length > 0 && typeof field === 'string' && !fields.includes(field)
          ? { name: `${String(root)}.${field}`, known: fields.map((name) => `${String(root)}.${name}`) }
          : undefined;
    if (unknown) throw new TemplateProblem('unknown-variable', unknown, at);
  }
}

function offset(text: string, { row, col }: { row: number; col: number }): number {
  const lines = text.split('\n').slice(0, row - 1);
  return lines.reduce((sum, line) => sum + line.length + 1, col - 1);
}

function childrenOf(part: Part): Part[] {
  return part.children ? (toValueSync(part.children(false, true) as never) as Part[]) : [];
}
