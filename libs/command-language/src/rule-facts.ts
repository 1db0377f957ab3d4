import type { BoundFacts, BoundValue } from './bound.js';
import { isLeftOut } from './argv-of.js';

/**
 * What access rules judge. Every value has one form, however it was typed, so that nobody goes past a rule by typing it another way:
 * numbers without needless digits, durations in milliseconds, `true` and `false`, resolved names. What the program is not given is not there.
 */
export function ruleFactsOf(options: readonly BoundValue[], positionals: readonly BoundValue[]): BoundFacts {
  return {
    args: positionals.flatMap((value): BoundFacts['args'] =>
      value.list && !value.variadic ? [judged(value)] : judged(value),
    ),
    options: options.flatMap((option) => {
      if (isLeftOut(option)) return [];
      const values = judged(option);
      return [option.list ? { name: option.name, values } : { name: option.name, value: values[0]! }];
    }),
  };
}

function judged({ value }: BoundValue): string[] {
  return typeof value === 'object' ? value.map(String) : [String(value)];
}
