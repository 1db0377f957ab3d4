import { LiquidError } from 'liquidjs';
import { limits } from './limits.js';
import { faultAt, TemplateProblem, type TemplateFault, type TemplateFaultCode } from './template-fault.js';

/** What was thrown while a template was read or filled in, as a fault with its place. */
export function faultOf(thrown: unknown, text: string): TemplateFault {
  const cause = causeOf(thrown);
  const token = LiquidError.is(thrown) ? thrown.token : undefined;
  if (cause instanceof TemplateProblem) {
    const facts = { ...cause.facts, ...looksLikeGo(text) };
    return faultAt(text, cause.at ?? token?.begin ?? 0, cause.code, facts);
  }
  const message = cause instanceof Error ? cause.message.replace(/, line:\d+, col:\d+$/, '') : '';
  const [code, facts, word] = read(cause, message);
  const near = word === undefined || !token ? -1 : text.slice(token.begin, token.end).search(word);
  return faultAt(text, (token?.begin ?? 0) + Math.max(0, near), code, { ...facts, ...looksLikeGo(text) });
}

function causeOf(thrown: unknown): unknown {
  return LiquidError.is(thrown) && thrown.originalError ? causeOf(thrown.originalError) : thrown;
}

type Reading = readonly [TemplateFaultCode, Record<string, unknown>, RegExp?];

/** The engine says what is wrong in words; these are the ones that it has. */
const readings: readonly (readonly [RegExp, (found: RegExpExecArray) => Reading])[] = [
  [/^tag "((?:end|else|els|when)[^"]*)" not found/, ([, name]) => ['misplaced-tag', { name }]],
  [/^tag "([^"]*)" not found/, ([, name]) => ['unknown-tag', { name }]],
  [
    /^undefined filter: (.*)/,
    ([, name]) => ['unknown-filter', { name }, new RegExp(`(?<=\\|\\s*)${RegExp.escape(name!)}`)],
  ],
  [/^raw .* not closed/s, () => ['not-closed', { tag: 'raw' }]],
  [/^(?:tag|output) (.*) not closed/s, ([, tag]) => ['not-closed', { tag: tagName(tag!) }]],
  [/^memory alloc limit exceeded/, () => ['too-much-memory', {}]],
  [/^template render limit exceeded/, () => ['too-slow', { most: limits.renderMs }]],
  [/^Maximum call stack size exceeded/, () => ['too-deep', {}]],
  [/^Invalid string length/, () => ['too-much-memory', {}]],
];

function read(cause: unknown, message: string): Reading {
  for (const [pattern, reading] of readings) {
    const found = pattern.exec(message);
    if (found) return reading(found);
  }
  // What the engine complains about itself is about the template; anything else came from a value it met.
  const own = cause instanceof Error && (LiquidError.is(cause) || cause.name === 'AssertionError');
  return [own ? 'bad-syntax' : 'failed', { detail: message.slice(0, 200) }];
}

/** `if` of `{% if a %}`, and `{{ a` of an output that is shown in quotes. */
function tagName(tag: string): string {
  return /^\{%-?\s*(\w+)/.exec(tag)?.[1] ?? tag.replace(/^"|"$/g, '').slice(0, 40);
}

function looksLikeGo(text: string): { looksLike?: 'go' } {
  return /\{\{-?\s*(?:\.[A-Z]|(?:text|header|endtext|range|end)\b)/.test(text) ? { looksLike: 'go' } : {};
}
