import { RE2JS } from 're2js';

/** Whoever holds a pattern. It must be one (`patternFault`), and is compiled once for as long as it is held. */
export interface HasPattern {
  readonly pattern: string;
}

/** Whether a text matches somewhere. */
export function matches(holder: HasPattern, text: string): boolean {
  return compiled(holder).test(text);
}

/** Whether the whole of a text matches. */
export function matchesWhole(holder: HasPattern, text: string): boolean {
  return compiled(holder).matches(text);
}

/** Whether texts match somewhere, for a pattern that nobody holds. */
export function patternTest(pattern: string): (text: string) => boolean {
  const one = RE2JS.compile(pattern);
  return (text) => one.test(text);
}

function compiled(holder: HasPattern): RE2JS {
  let one = known.get(holder);
  if (!one) known.set(holder, (one = RE2JS.compile(holder.pattern)));
  return one;
}

const known = new WeakMap<HasPattern, RE2JS>();
