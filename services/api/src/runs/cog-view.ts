import { isRefusal, refusal, type Refusal } from '@chasqui/contracts';
import { readCogOutput, type CogOutput } from '@chasqui/filters';
import {
  draw,
  remarked,
  rendered,
  renderRun,
  sentence,
  type FinishedView,
  type Rendered,
} from '@chasqui/replies';
import { standardOutput } from '../pipelines/stage-output.js';

/** An end as Cog would have shown it: without the lines that were meant for it, and of a success without standard error. */
export interface CogView {
  readonly view: FinishedView;
  /** Undefined where it could not be read. */
  readonly output?: CogOutput;
  readonly wrong?: Refusal;
}

export function cogViewOf(view: FinishedView, isGood: boolean): CogView {
  const printed = standardOutput(view.output);
  const read = printed === undefined ? undefined : readCogOutput(printed);
  if (read === undefined || isRefusal(read)) return { view, ...(read && { wrong: read }) };
  const seq = view.output.find(({ stream }) => stream === 'stdout')?.seq ?? 0;
  const others = isGood ? [] : view.output.filter(({ stream }) => stream === 'stderr');
  return { view: { ...view, output: [{ seq, stream: 'stdout', text: read.text }, ...others] }, output: read };
}

/** Whether a template has nothing to say of it: what is no JSON, and what ends the line, is shown as it is. */
export function isBeyondTemplates({ output, wrong }: CogView): boolean {
  return wrong !== undefined || output?.aborts === true;
}

/** A success without a template. */
export function drawnCog({ view, output, wrong }: CogView, command: string): Rendered {
  const plain = renderRun(view);
  if (wrong) return remarked(plain, sentence({ ...wrong, facts: { command, ...wrong.facts } }));
  if (output?.aborts) return remarked(plain, sentence(refusal('stage-failed', { command, aborts: true })));
  if (!output?.structured || (view.droppedBytes ?? 0) > 0) return plain;
  return rendered(plain.mark, draw({ records: output.records, view: { kind: 'auto' } }), plain.exitCode);
}

/** What templates are told of it beside what was printed. */
export function cogFactsOf({ output }: CogView) {
  if (!output) return {};
  const { records, structured, template } = output;
  return { records, structured, ...(template !== undefined && { template }) };
}
