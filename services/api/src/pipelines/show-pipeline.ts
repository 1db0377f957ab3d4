import type { Block, Refusal } from '@chasqui/contracts';
import type { Records } from '@chasqui/filters';
import {
  draw,
  rendered,
  renderRun,
  renderRefusal,
  someFailedSentence,
  stageSentence,
  type FinishedView,
  type Rendered,
} from '@chasqui/replies';
import type { CommandStage, StoredPlan } from '../commands/plan.js';

/** A result as records, drawn. `failed` names the commands of which some items failed. */
export function showResult(result: Records, notes: readonly Block[] = []): Rendered {
  return rendered(notes.length > 0 ? 'failed' : 'succeeded', [...draw(result), ...notes]);
}

/** Of a stage that went on although some of its items failed. */
export function someFailed({ bundle, command }: CommandStage, failed: number, items: number): Block {
  return quiet(someFailedSentence(`${bundle.name}:${command.name}`, failed, items));
}

/** The end of a run because an execution failed: what that printed, and what did not come after it. */
export function showFailure(
  plan: StoredPlan,
  at: { readonly stage: number; readonly item: number; readonly items: number },
  view: FinishedView,
): Rendered {
  const shown = renderRun(view);
  return rendered(shown.mark, [...shown.blocks, quiet(stageLine(plan, at))], shown.exitCode);
}

/** The end of a run because it cannot go on, after some of it was run. */
export function showStop(plan: StoredPlan, stage: number, why: Refusal): Rendered {
  const shown = renderRefusal(why);
  return rendered('failed', [...shown.blocks, quiet(stageLine(plan, { stage, item: 0, items: 1 }))]);
}

function stageLine(
  plan: StoredPlan,
  { stage, item, items }: { readonly stage: number; readonly item: number; readonly items: number },
): string {
  return stageSentence({
    stage: stage + 1,
    stages: plan.stages.length,
    command: nameOf(plan, stage),
    item: item + 1,
    items,
    notRun: plan.stages.slice(stage + 1).flatMap((one) => (one.kind === 'command' ? [full(one)] : [])),
  });
}

function nameOf(plan: StoredPlan, at: number): string {
  const stage = plan.stages[at]!;
  if (stage.kind === 'command') return full(stage);
  return stage.kind === 'filter' ? stage.filter.kind : stage.name;
}

function full({ bundle, command }: CommandStage): string {
  return `${bundle.name}:${command.name}`;
}

function quiet(text: string): Block {
  return { kind: 'text', text, tone: 'quiet' };
}
