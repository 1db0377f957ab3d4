import { maskLine } from '@chasqui/command-language';
import type { ExplainedStage, Explanation, Refusal } from '@chasqui/contracts';
import { renderRefusal } from '@chasqui/replies';
import type { Decision } from '../commands/decide.js';
import type { Known } from '../commands/known.js';
import type { Draft } from '../commands/plan.js';
import { secretSpans } from '../commands/run-for.js';
import { shownRefusal } from '../commands/shown-refusal.js';
import { explainCommand, type ExplainedTo } from './explain-command.js';
import { everythingHeld, type Holdings } from './holdings.js';

/**
 * Tells why a decision came out as it did. It decides nothing itself: what it tells is what `decide` looked at, so that an explanation
 * cannot say one thing and the run another. `typed` is the line as it was typed. Pure.
 */
export function explain(
  typed: string,
  decision: Decision,
  known: Known,
  holdings: Holdings,
  to: ExplainedTo,
): Explanation {
  const text = decision.text ?? typed;
  const secrets = secretSpans(decision);
  const line = maskLine(text, secrets);
  const { asker, sender, place } = known;
  return {
    line,
    // Secrets are found in what was read; where that is not what was typed, what was typed is not shown.
    ...(text !== typed && secrets.length === 0 && { typed }),
    who: {
      ...(asker?.username && { username: asker.username }),
      groups: [...(asker?.groups ?? [])],
      permissions: asker ? everythingHeld(asker, holdings) : [],
    },
    where: {
      adapter: sender.adapter,
      ...(place.roomName !== undefined ? { room: place.roomName } : { room: place.room }),
      direct: place.direct,
      origin: known.origin,
      at: known.now,
    },
    ...outcomeOf(decision, line),
    stages: stagesOf(decision, known, holdings, to),
    targets: decision.kind === 'plan' ? decision.targets.map(({ label }) => label) : [],
  };
}

function outcomeOf(decision: Decision, line: string): Pick<Explanation, 'outcome' | 'refusal'> {
  if (decision.kind === 'plan') return { outcome: 'allowed' };
  if (decision.kind !== 'refused') return { outcome: 'answered' };
  const why = shownRefusal(decision.refusal, secretSpans(decision));
  const missing = missingIn(why);
  const [said, place] = renderRefusal(why, line).blocks.map((block) => ('text' in block ? block.text : ''));
  return {
    outcome: 'refused',
    refusal: {
      code: why.code,
      message: said!,
      ...(place !== undefined && { place }),
      ...(missing && { missing }),
    },
  };
}

function missingIn({ facts }: Refusal): string[][] | undefined {
  const { missing } = facts;
  if (!Array.isArray(missing) || missing.length === 0) return undefined;
  return missing.map((way: unknown) => [...(way as string[])]);
}

function stagesOf(decision: Decision, known: Known, holdings: Holdings, to: ExplainedTo): ExplainedStage[] {
  if (!('drafts' in decision)) return [{ kind: 'built-in', name: decision.builtIn }];
  return decision.drafts.map((draft: Draft, index): ExplainedStage => {
    if (draft.kind === 'source') return { kind: 'source', name: draft.name };
    if (draft.kind === 'filter') return { kind: 'filter', name: draft.filter.kind };
    const stage = decision.kind === 'plan' ? decision.stages[index] : undefined;
    const placed = stage?.kind === 'command' ? stage : undefined;
    const refusal = decision.kind === 'refused' ? decision.refusal : undefined;
    return explainCommand(draft, { placed, refusal, isFirst: index === 0 }, known, holdings, to);
  });
}
