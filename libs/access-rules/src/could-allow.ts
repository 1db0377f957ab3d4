import type { RuleFacts, Surroundings } from './facts.js';
import { isSo } from './holds.js';
import { surroundingOf, type Surrounding } from './names-in.js';
import { readingsOf, type Reading } from './readings.js';
import type { Comparison, Condition, Operand, Rule } from './rule.js';
import { truthOf } from './tree.js';
import { isSatisfied } from './ways.js';

/** What is known so far: words where there are `args` and `options`, and of where and when what is in `where`. */
export interface FactsSoFar extends Partial<Pick<RuleFacts, 'args' | 'options'>> {
  readonly where?: Partial<Surroundings>;
}

/**
 * Whether there is any way in which rules would let somebody run a command. Facts are as they are given; what is not given may be
 * anything. Never false for somebody who may run it in some way; it may be true though no way exists, where rules contradict one another.
 */
export function couldAllow(
  rules: readonly Rule[],
  facts: FactsSoFar,
  permissions: ReadonlySet<string>,
): boolean {
  const { args, options } = facts;
  // Comparisons that look at what is missing from it are not made.
  const where = facts.where as Surroundings | undefined;
  const areWordsKnown = args !== undefined && options !== undefined;
  const readings = areWordsKnown
    ? readingsOf(rules, { args, options, where })
    : [{ args: [], options: new Map(), where }];
  if ('repeated' in readings) return false;
  return readings.every((reading) => couldAllowReading(rules, { ...reading, areWordsKnown }, permissions));
}

interface PartlyKnown extends Reading {
  readonly areWordsKnown: boolean;
}

function couldAllowReading(
  rules: readonly Rule[],
  reading: PartlyKnown,
  permissions: ReadonlySet<string>,
): boolean {
  let any = false;
  for (const rule of rules) {
    const holds = rule.condition ? couldHold(rule.condition, reading) : true;
    if (holds === false) continue;
    const satisfied = !rule.deny && (!rule.needs || isSatisfied(rule.needs, permissions));
    if (holds === true && !satisfied) return false;
    any ||= satisfied;
  }
  return any;
}

/** Undefined where it depends on what is not known. */
function couldHold(condition: Condition, reading: PartlyKnown): boolean | undefined {
  return truthOf(condition, (comparison) =>
    isKnown(comparison, reading) ? isSo(comparison, reading) : undefined,
  );
}

function isKnown({ left, right }: Comparison, { areWordsKnown, where }: PartlyKnown): boolean {
  return [left, right].every((operand) => {
    if (isOfWords(operand)) return areWordsKnown;
    const [fact] = surroundingOf(operand);
    return fact === undefined || where?.[fieldOf(fact)] !== undefined;
  });
}

function fieldOf(fact: Surrounding): keyof Surroundings {
  if (fact === 'group') return 'groups';
  return fact === 'time' || fact === 'weekday' ? 'now' : fact;
}

function isOfWords({ kind }: Operand): boolean {
  return kind === 'arg' || kind === 'args' || kind === 'option' || kind === 'options';
}
