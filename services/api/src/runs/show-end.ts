import { isRefusal, type OutputChunk } from '@chasqui/contracts';
import {
  cancelSentences,
  deprecatedSentence,
  draw,
  fileNotes,
  pickTemplate,
  remarked,
  rendered,
  renderRun,
  renderRunWith,
  runEnvelope,
  sentence,
  type EnvelopeRequest,
  type FinishedView,
  type Rendered,
} from '@chasqui/replies';
import type { Templates } from '@chasqui/bundles';
import { fullNameOf } from '../commands/full-name.js';
import type { CommandStage } from '../commands/plan.js';
import { readOutput } from '../pipelines/stage-output.js';
import { cogFactsOf, cogViewOf, drawnCog, isBeyondTemplates } from './cog-view.js';
import type { End } from './end-of.js';
import type { OpenExecution } from './open-execution.js';
import { missingBytes } from './output-chunks.js';

/** What is said of an end. `stored` is the output that came before it; `now` in milliseconds since the epoch. */
export function showEnd(
  open: OpenExecution,
  end: End,
  stored: readonly (OutputChunk & { epoch: number })[],
  now: number,
  installation?: Templates,
): Rendered {
  const view = viewOf(open, end, stored, now);
  return withCancel(shownEnd(open, view, now, installation), view);
}

function shownEnd(open: OpenExecution, view: FinishedView, now: number, installation?: Templates): Rendered {
  const stage = stageOf(open);
  if (!stage) return installation ? showTemplated(open, view, undefined, installation, now) : renderRun(view);
  return withNotice(showTemplated(open, view, stage, installation, now), stage);
}

/** Who asked for a run to be cancelled that ended otherwise; where it was, the end says so itself. */
function withCancel(shown: Rendered, { end, cancelledBy }: FinishedView): Rendered {
  if (cancelledBy === undefined || end.kind === 'cancelled') return shown;
  const isOpen = end.kind === 'lost' || end.kind === 'unknown';
  return remarked(
    shown,
    isOpen ? cancelSentences.notConfirmed(cancelledBy) : cancelSentences.tooLate(cancelledBy),
  );
}

/** An execution's end with all of its output. */
function viewOf(
  open: OpenExecution,
  end: End,
  stored: readonly (OutputChunk & { epoch: number })[],
  now: number,
): FinishedView {
  const same = stored.filter((chunk) => end.epoch === undefined || chunk.epoch === end.epoch);
  const output = [...same, ...end.chunks];
  return {
    end: end.end,
    relay: open.relay,
    runId: open.address.runId,
    timeoutMs: open.timeoutMs,
    cancelledBy: open.run.cancelledBy,
    now,
    output,
    droppedBytes: end.droppedBytes,
    gapBefore: end.gapBefore,
    incomplete: end.incomplete,
    missingBytes: notCome(end, output),
    files: end.files,
    filesLeftOut: end.filesLeftOut,
    filesLost: end.filesLost,
    filesMissing: end.filesMissing,
  };
}

/** In bytes; where the relay itself says that it is not all, nobody knows how much. */
function notCome(end: End, output: readonly OutputChunk[]): number {
  return end.who === 'api' || end.incomplete !== undefined ? 0 : missingBytes(end, output);
}

function stageOf({ plan, stage }: OpenExecution): CommandStage | undefined {
  const found = plan?.stages[stage];
  return found?.kind === 'command' ? found : undefined;
}

function showTemplated(
  open: OpenExecution,
  given: FinishedView,
  stage: CommandStage | undefined,
  installation: Templates | undefined,
  now: number,
): Rendered {
  const isGood = given.end.kind === 'exited' && given.end.exitCode === 0;
  const cog = stage?.command.calling === 'cog' ? cogViewOf(given, isGood) : undefined;
  const view = cog?.view ?? given;
  const picked = pickTemplate(isGood ? 'command' : 'command_error', {
    command: stage?.command.templates,
    bundle: stage?.bundle.templates,
    format: stage?.bundle.format,
    installation,
  });
  if (cog && stage && isGood && (!picked || isBeyondTemplates(cog))) return drawnCog(cog, fullNameOf(stage));
  if (!picked) return isGood && stage ? drawn(view, stage) : renderRun(view);
  const records = () => (cog ? cogFactsOf(cog) : recordsIn(view, stage));
  const envelope = () =>
    runEnvelope(requestOf(open, stage), view, { durationMs: now - open.acceptedAt, ...records() });
  return renderRunWith(picked, envelope, view);
}

/** A result that is data is drawn as data; what is not what its command declares is shown as it came, and that is said. */
function drawn(view: FinishedView, stage: CommandStage): Rendered {
  const isWhole = !view.droppedBytes && !view.missingBytes;
  if (stage.command.output === 'text' || !isWhole) return renderRun(view);
  const read = readOutput(stage, view.output);
  if (isRefusal(read)) return remarked(renderRun(view), sentence(read));
  const stderr = view.output.filter((chunk) => chunk.stream === 'stderr');
  const aside = renderRun({ ...view, output: stderr });
  const blocks = draw({ records: read, view: { kind: 'auto' } });
  const beside = stderr.length > 0 ? aside.blocks : fileNotes(view);
  return rendered(aside.mark, [...blocks, ...beside], aside.exitCode);
}

function recordsIn(view: FinishedView, stage: CommandStage | undefined) {
  if (!stage || stage.command.output === 'text') return {};
  const read = readOutput(stage, view.output);
  return isRefusal(read) ? {} : { records: read, structured: true };
}

function withNotice(shown: Rendered, stage: CommandStage): Rendered {
  const { deprecated } = stage.command;
  if (!deprecated) return shown;
  return remarked(shown, deprecatedSentence({ command: fullNameOf(stage), ...deprecated }));
}

/** Who asked for what, as templates see it. */
function requestOf(open: OpenExecution, stage: CommandStage | undefined): EnvelopeRequest {
  const { run, plan, relay, address, acceptedAt } = open;
  const { options = {}, arguments: words = [] } = plan?.shown ?? {};
  return {
    adapter: address.adapter,
    room: { id: address.room, ...(run.roomName && { name: run.roomName }) },
    user: run.user,
    runId: address.runId,
    line: run.line,
    at: new Date(acceptedAt).toISOString(),
    bundle: { name: run.bundle ?? '', version: run.version ?? '' },
    command: { name: run.command ?? '', ...(stage && { description: stage.command.description }) },
    relay,
    options,
    arguments: words,
  };
}
