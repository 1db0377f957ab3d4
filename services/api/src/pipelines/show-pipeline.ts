import type { Block, ExecutionState, Refusal } from '@chasqui/contracts';
import type { Records } from '@chasqui/filters';
import {
  cancelSentences,
  draw,
  missingSentence,
  quiet,
  remarked,
  rendered,
  renderRefusal,
  someFailedSentence,
  stageSentence,
  type Rendered,
} from '@chasqui/replies';
import { fullNameOf } from '../commands/full-name.js';
import { isAlone, type CommandStage, type StoredPlan } from '../commands/plan.js';

/** A result as records, drawn; with who asked for it to be cancelled when it was too late for that. */
export function showResult(result: Records, cancelledBy?: string): Rendered {
  const shown = rendered('succeeded', draw(result));
  return cancelledBy === undefined ? shown : remarked(shown, cancelSentences.tooLate(cancelledBy));
}

/** A result that is not whole, because some items on the way to it failed. */
export function withNotes(shown: Rendered, notes: readonly Block[]): Rendered {
  return notes.length === 0 ? shown : rendered('failed', [...shown.blocks, ...notes]);
}

/** Of a stage that went on although some of its items failed: on which relays. */
export function someFailed(stage: CommandStage, failed: readonly string[], items: number): Block {
  const command = fullNameOf(stage);
  if (stage.each) return quiet(missingSentence(command, failed, items));
  return quiet(someFailedSentence(command, failed.length, items));
}

/** One item of a stage, each from 0. */
interface Place {
  readonly stage: number;
  readonly item: number;
  readonly items: number;
}

/** The end of a run because an execution failed: how that is shown alone, and what did not come after it. */
export function showFailure(plan: StoredPlan, at: Place, shown: Rendered): Rendered {
  if (isAlone(plan)) return shown;
  return remarked(shown, stageLine(plan, at));
}

/** The end of a run because it cannot go on, after some of it was run. */
export function showStop(plan: StoredPlan, at: Place, why: Refusal): Rendered {
  if (isAlone(plan)) return renderRefusal(why);
  return rendered('failed', [...renderRefusal(why).blocks, quiet(stageLine(plan, at))]);
}

/** What was given up because it had waited long enough was refused by nobody. */
export function asEnded(shown: Rendered, state: ExecutionState): Rendered {
  return state === 'expired' ? { ...shown, mark: state } : shown;
}

/** The end of a run that was cancelled while nothing of it ran: what was to come is not run any more. */
export function showCancelled(plan: StoredPlan, next: number, by: string, runId: string): Rendered {
  const notRun = plan.stages.slice(next).flatMap((one) => (one.kind === 'command' ? [fullNameOf(one)] : []));
  return rendered('cancelled', [
    { kind: 'text', text: cancelSentences.between({ by, notRun, runId }), tone: 'bad' },
  ]);
}

function stageLine(plan: StoredPlan, { stage, item, items }: Place): string {
  return stageSentence({
    stage: stage + 1,
    stages: plan.stages.length,
    command: nameOf(plan, stage),
    item: item + 1,
    items,
    notRun: plan.stages.slice(stage + 1).flatMap((one) => (one.kind === 'command' ? [fullNameOf(one)] : [])),
  });
}

function nameOf(plan: StoredPlan, at: number): string {
  const stage = plan.stages[at]!;
  if (stage.kind === 'command') return fullNameOf(stage);
  return stage.kind === 'filter' ? stage.filter.kind : stage.name;
}
