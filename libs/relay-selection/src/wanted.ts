import { parseSelector } from './parse-selector.js';
import { printRequirement } from './print-selector.js';
import { isSelectorFault, type Requirement, type Selector, type SelectorFault } from './selector.js';

/** Who wants a selector to hold. */
export type SelectorSource = 'bundle' | 'command' | 'person' | 'channel';

/** One of the selectors, as text or parsed. */
export interface SelectorFrom {
  readonly selector: string | Selector;
  readonly from: SelectorSource;
}

/** One of the selectors cannot be read. */
export interface BadSelector {
  readonly kind: 'bad-selector';
  readonly from: SelectorSource;
  readonly text: string;
  readonly fault: SelectorFault;
}

/** A requirement, its text, and everybody who wants it. */
export interface Wanted {
  readonly requirement: Requirement;
  readonly text: string;
  readonly from: readonly SelectorSource[];
}

/** The requirements of all selectors, each once. */
export function join(selectors: readonly SelectorFrom[]): Wanted[] | BadSelector {
  const wanted = new Map<string, { requirement: Requirement; text: string; from: SelectorSource[] }>();
  for (const { selector, from } of selectors) {
    const parsed = typeof selector === 'string' ? parseSelector(selector) : selector;
    // Only a text can be at fault.
    if (isSelectorFault(parsed))
      return { kind: 'bad-selector', from, text: selector as string, fault: parsed };
    for (const requirement of parsed.requirements) {
      const text = printRequirement(requirement);
      const known = wanted.get(text);
      if (!known) wanted.set(text, { requirement, text, from: [from] });
      else if (!known.from.includes(from)) known.from.push(from);
    }
  }
  return [...wanted.values()];
}
