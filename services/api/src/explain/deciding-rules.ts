import type { DecidingRule, PolicyDifference } from '@chasqui/contracts';
import type { JudgedRule } from '../commands/authorise.js';
import type { Decision } from '../commands/decide.js';
import type { PooledRule } from '../site-rules/site-policy.js';

/** The rules that stand in the way on one side and not on the other; where none does, those that let pass on one side alone. */
export function deciding(was: Decision, is: Decision, kind: PolicyDifference['kind']): DecidingRule[] {
  const [before, after] = [judgedIn(was), judgedIn(is)];
  const standing = [
    ...(kind === 'loses'
      ? []
      : [...told(besides(before, after, stands), 'before'), ...protecting(was, 'before')]),
    ...(kind === 'gains'
      ? []
      : [...told(besides(after, before, stands), 'after'), ...protecting(is, 'after')]),
  ];
  if (standing.length > 0) return standing;
  return [
    ...(kind === 'gains' ? [] : told(besides(before, after, lets), 'before')),
    ...(kind === 'loses' ? [] : told(besides(after, before, lets), 'after')),
  ];
}

/** The protections that keep somebody off every relay that matches. */
function protecting(decision: Decision, when: DecidingRule['when']): DecidingRule[] {
  if (decision.kind !== 'refused' || decision.refusal.code !== 'relay-protected') return [];
  const selectors = decision.refusal.facts['selectors'] as readonly string[];
  // Of one that names its relays the decision does not tell.
  const rules = selectors.length > 0 ? selectors : ['of relays by their names'];
  return rules.map((rule) => ({ rule, from: 'protection', when }));
}

function judgedIn(decision: Decision): readonly JudgedRule[] {
  return 'judged' in decision ? decision.judged : [];
}

function stands({ held, satisfied }: JudgedRule): boolean {
  return held && satisfied === false;
}

function lets({ held, satisfied }: JudgedRule): boolean {
  return held && satisfied === true;
}

/** Those that came out so here and not there. */
function besides(
  here: readonly JudgedRule[],
  there: readonly JudgedRule[],
  soIs: (one: JudgedRule) => boolean,
): JudgedRule[] {
  const others = new Set(there.filter(soIs).map(idOf));
  return here.filter((one) => soIs(one) && !others.has(idOf(one)));
}

/** Rules of a command that are there before a change alone, or after it alone. */
export function differing(was: readonly PooledRule[], is: readonly PooledRule[]): DecidingRule[] {
  const rulesOf = (rules: readonly PooledRule[]) =>
    rules.map(({ text: rule, from, name }) => ({ rule, from, name }));
  const [before, after] = [rulesOf(was), rulesOf(is)];
  const [ids, otherIds] = [new Set(before.map(idOf)), new Set(after.map(idOf))];
  return [
    ...told(
      before.filter((one) => !otherIds.has(idOf(one))),
      'before',
    ),
    ...told(
      after.filter((one) => !ids.has(idOf(one))),
      'after',
    ),
  ];
}

type Named = Pick<JudgedRule, 'rule' | 'from' | 'name'>;

function idOf({ rule, from, name }: Named): string {
  return JSON.stringify([from, name, rule]);
}

function told(rules: readonly Named[], when: DecidingRule['when']): DecidingRule[] {
  return rules.map(({ rule, from, name }) => ({ rule, from, ...(name !== undefined && { name }), when }));
}
