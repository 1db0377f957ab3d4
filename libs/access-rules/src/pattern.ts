import { RE2JS } from 're2js';

/**
 * Whether a text matches a rule's pattern somewhere, as in Gort. Patterns come from bundle authors and texts from anybody, so they
 * run in RE2, whose time is linear in the text: no pattern can hang the API.
 */
export function matchesPattern(regex: { readonly pattern: string }, text: string): boolean {
  let compiled = patterns.get(regex);
  if (!compiled) patterns.set(regex, (compiled = RE2JS.compile(regex.pattern)));
  return compiled.test(text);
}

/** Compiled once, for as long as the rule is held. */
const patterns = new WeakMap<object, RE2JS>();

const longest = 1000;

/** Why a pattern is none, or `undefined`. */
export function patternFault(pattern: string): string | undefined {
  if (pattern.length > longest) return `at most ${longest} characters`;
  try {
    RE2JS.compile(pattern);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message.replace('error parsing regexp: ', '') : String(error);
  }
}
