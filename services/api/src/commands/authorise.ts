import { judge, type Denied, type Rule, type RuleFacts } from '@chasqui/access-rules';
import { refusal, type Refusal } from '@chasqui/contracts';

/** A refusal that says what is missing, or undefined where the rules let these words pass. */
export function authorise(
  command: string,
  rules: readonly Rule[],
  facts: RuleFacts,
  permissions: ReadonlySet<string>,
): Refusal | undefined {
  const verdict = judge(rules, facts, permissions);
  if (verdict.kind === 'allowed') return undefined;
  switch (verdict.reason) {
    case 'no-rules':
      return refusal('no-rules', { command });
    case 'no-rule-holds':
      return refusal('no-rule-holds', { command, rules: texts(verdict), unsure: verdict.unsure });
    case 'repeated-option':
      return refusal('repeated-option', { command, name: verdict.option });
    case 'missing-permission': {
      const { missing, unsure } = verdict;
      return refusal('not-allowed', { command, missing, rule: unsatisfied(verdict), unsure });
    }
  }
}

function texts(verdict: Denied): string[] {
  return verdict.outcomes.map((outcome) => outcome.rule);
}

/** The first rule that held and was not satisfied. */
function unsatisfied(verdict: Denied): string | undefined {
  return verdict.outcomes.find((outcome) => outcome.held && outcome.satisfied === false)?.rule;
}
