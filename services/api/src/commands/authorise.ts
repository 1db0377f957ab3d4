import { judge, type Denied, type RuleFacts, type Verdict, type Way } from '@chasqui/access-rules';
import { refusal, type Refusal } from '@chasqui/contracts';
import type { PooledRule } from '../site-rules/site-policy.js';

/** What came of one rule: what the audit keeps, and what `why` tells. Plain data. */
export interface JudgedRule {
  /** `bundle:command` */
  readonly command: string;
  /** As it was written. */
  readonly rule: string;
  readonly from: 'bundle' | 'site';
  /** A site rule's name. */
  readonly name?: string;
  /** It says `deny`. */
  readonly denies?: true;
  readonly held: boolean;
  /** For a rule that held. */
  readonly satisfied?: boolean;
  /** For a rule that held and was not satisfied: the ways to satisfy it, shortest first; none where no permission would do. */
  readonly missing?: readonly Way[];
}

/** What the rules of one command say to one invocation, and how each came out. */
export interface Judgement {
  /** What is missing; undefined where the rules let these words pass. */
  readonly refusal?: Refusal;
  readonly judged: readonly JudgedRule[];
}

/** What of somebody rules look at. */
export interface Judged {
  readonly permissions: ReadonlySet<string>;
  /** What they hold besides, and their token is not for. */
  readonly withheld?: readonly string[];
}

/** Judges an invocation by a command's rules, pure. */
export function authorise(
  command: string,
  rules: readonly PooledRule[],
  facts: RuleFacts,
  asker: Judged,
): Judgement {
  const verdict = verdictOf(rules, facts, asker);
  const judged = verdict.outcomes.map((outcome, index): JudgedRule => {
    const { from, name, deny } = rules[index]!;
    return { command, from, ...(name !== undefined && { name }), ...(deny && { denies: deny }), ...outcome };
  });
  return { judged, ...(verdict.kind === 'denied' && { refusal: refusalOf(command, verdict, judged) }) };
}

/**
 * A token does what its scopes say and its user may as well: a rule that says `must have not` would otherwise be satisfied by leaving out of a
 * token the very permission that stands in the way.
 */
function verdictOf(
  rules: readonly PooledRule[],
  facts: RuleFacts,
  { permissions, withheld = [] }: Judged,
): Verdict {
  const verdict = judge(rules, facts, permissions);
  if (verdict.kind === 'denied' || withheld.length === 0) return verdict;
  return judge(rules, facts, new Set([...permissions, ...withheld]));
}

function refusalOf(command: string, verdict: Denied, judged: readonly JudgedRule[]): Refusal {
  const { missing, unsure } = verdict;
  const decisive = decisiveRule(verdict, judged);
  const rule = { rule: decisive?.rule, ...(decisive?.name !== undefined && { siteRule: decisive.name }) };
  switch (verdict.reason) {
    case 'no-rules':
      return refusal('no-rules', { command });
    case 'no-rule-holds':
      return refusal('no-rule-holds', { command, rules: judged.map((one) => one.rule), unsure });
    case 'repeated-option':
      return refusal('repeated-option', { command, name: verdict.option });
    case 'denied':
      return refusal('denied-by-rule', { command, ...rule, unsure });
    case 'missing-permission':
      return refusal('not-allowed', { command, missing, ...rule, unsure });
  }
}

/** The rule that a sentence names: the first that held and was not satisfied, one that denies before one that only asks for more. */
function decisiveRule({ reason }: Denied, judged: readonly JudgedRule[]): JudgedRule | undefined {
  const unsatisfied = judged.filter(({ held, satisfied }) => held && satisfied === false);
  return reason === 'denied' ? unsatisfied.find(({ denies }) => denies) : unsatisfied[0];
}
