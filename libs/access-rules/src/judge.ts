import type { RuleFacts } from './facts.js';
import { holds } from './holds.js';
import { optionsIn } from './names-in.js';
import { readingsOf, type Reading } from './readings.js';
import type { Needs, Rule } from './rule.js';
import { isSatisfied, waysTo, type Way } from './ways.js';

/** What came of one rule. */
export interface RuleOutcome {
  /** As it was written. */
  readonly rule: string;
  readonly held: boolean;
  /** For a rule that held. */
  readonly satisfied?: boolean;
  /** For a rule that held and was not satisfied: the ways to satisfy it, shortest first. */
  readonly missing?: readonly Way[];
}

export interface Allowed {
  readonly kind: 'allowed';
  readonly outcomes: readonly RuleOutcome[];
}

export interface Denied {
  readonly kind: 'denied';
  /** `denied`: a rule that says `deny` holds, which goes before whatever else is missing. */
  readonly reason: 'no-rules' | 'no-rule-holds' | 'missing-permission' | 'denied' | 'repeated-option';
  /** The ways to be allowed, shortest first, each a list of lacking permissions; empty where no permission would do. */
  readonly missing: readonly Way[];
  /** For `repeated-option`: the option that has several values. */
  readonly option?: string;
  /** The options that can be read in two ways, where only one of them is denied. */
  readonly unsure?: readonly string[];
  /** One for each rule; none for `repeated-option`. */
  readonly outcomes: readonly RuleOutcome[];
}

export type Verdict = Allowed | Denied;

/**
 * Whether somebody with these permissions may run a command with these words: every rule whose condition holds must be satisfied,
 * and at least one must hold. Nobody satisfies a `deny`. Default is deny.
 *
 * Without declarations nobody knows for certain how a program reads its words. Where that makes a difference, every reading must be
 * allowed, so that nothing typed goes past a rule.
 *
 * What the rules look at is remembered by the array of rules, which therefore must not change.
 */
export function judge(rules: readonly Rule[], facts: RuleFacts, permissions: ReadonlySet<string>): Verdict {
  if (rules.length === 0) return { kind: 'denied', reason: 'no-rules', missing: [], outcomes: [] };
  const readings = readingsOf(rules, facts);
  if ('repeated' in readings) {
    return {
      kind: 'denied',
      reason: 'repeated-option',
      missing: [],
      option: readings.repeated,
      outcomes: [],
    };
  }

  const verdicts = readings.map((reading) => judgeReading(rules, reading, permissions));
  const noes = verdicts.filter((verdict) => verdict.kind === 'denied');
  const denied = noes.find(({ reason }) => reason === 'denied') ?? noes[0];
  if (!denied) return verdicts[0]!;
  if (noes.length === verdicts.length) return denied;
  return { ...denied, unsure: unsureIn(rules, facts) };
}

function judgeReading(rules: readonly Rule[], reading: Reading, permissions: ReadonlySet<string>): Verdict {
  const outcomes = rules.map((rule) => outcomeOf(rule, reading, permissions));
  const held = rules.filter((_, index) => outcomes[index]!.held);
  if (held.length === 0) return { kind: 'denied', reason: 'no-rule-holds', missing: [], outcomes };
  if (outcomes.every((outcome) => outcome.satisfied !== false)) return { kind: 'allowed', outcomes };
  if (held.some((rule) => rule.deny)) return { kind: 'denied', reason: 'denied', missing: [], outcomes };
  const needs: Needs = { kind: 'and', of: held.flatMap((rule) => rule.needs ?? []) };
  return { kind: 'denied', reason: 'missing-permission', missing: waysTo(needs, permissions), outcomes };
}

function outcomeOf(rule: Rule, reading: Reading, permissions: ReadonlySet<string>): RuleOutcome {
  if (rule.condition && !holds(rule.condition, reading)) return { rule: rule.text, held: false };
  if (rule.deny) return { rule: rule.text, held: true, satisfied: false, missing: [] };
  if (!rule.needs || isSatisfied(rule.needs, permissions))
    return { rule: rule.text, held: true, satisfied: true };
  return { rule: rule.text, held: true, satisfied: false, missing: waysTo(rule.needs, permissions) };
}

function unsureIn(rules: readonly Rule[], facts: RuleFacts): string[] {
  const unsure = new Set(facts.options.filter((option) => option.unsure).map((option) => option.name));
  const named = rules.flatMap(optionsIn).filter((name) => unsure.has(name));
  return [...new Set(named.length > 0 ? named : unsure)];
}
