import type { Block, LeftOutFile, OutFile, OutputChunk, ReplyMark } from '@chasqui/contracts';
import { clip } from './clip.js';
import { quiet } from './remark.js';
import { readOutput } from './read-output.js';
import {
  filesLostSentence,
  filesSentence,
  incompleteSentence,
  leftOutSentence,
  missingFilesSentence,
} from './wording/files.js';
import { rendered, type Rendered } from './rendered.js';
import {
  droppedSentence,
  missingOutputSentence,
  gapMark,
  notTextSentence,
  nothingPrinted,
  runningSentence,
  theWhole,
  stderrLabel,
} from './wording/output.js';
import { endSentence, type EndFacts, type RunEnd } from './wording/run-ends.js';

/** A finished execution, as far as a chat is concerned. */
export interface FinishedView extends EndFacts {
  readonly end: RunEnd;
  /** What is kept of its output, of one epoch, in any order. */
  readonly output: readonly OutputChunk[];
  /** What was printed beyond the limit and is gone. */
  readonly droppedBytes?: number;
  /** The `seq` of the first chunk behind the gap. */
  readonly gapBefore?: number;
  /** Why some of it is missing, where that is not by the limit. */
  readonly incomplete?: string;
  /** How much its relay counted beyond what is there, in bytes. */
  readonly missingBytes?: number;
  /** What it left in its folder, what else stood there, and why nobody can tell. */
  readonly files?: readonly OutFile[];
  readonly filesLeftOut?: readonly LeftOutFile[];
  readonly filesLost?: string;
  /** Those that it was said to have left, and that did not come. */
  readonly filesMissing?: readonly OutFile[];
}

/**
 * The reply for a finished execution: what it printed as it printed it, standard error after it and marked, then what else is to be
 * said. A success that printed something is only what it printed.
 */
export function renderRun(run: FinishedView): Rendered {
  const stdout = streamBlocks(run, 'stdout');
  const stderr = streamBlocks(run, 'stderr');
  const said = endSentence(run.end, run);
  const blocks: Block[] = [
    ...stdout.blocks,
    ...(stderr.blocks.length > 0 ? [quiet(stderrLabel), ...stderr.blocks] : []),
    ...runNotes(run, stdout.clipped || stderr.clipped),
    ...(said === undefined ? [] : [{ kind: 'text', text: said, tone: 'bad' } as const]),
  ];
  if (blocks.length === 0) blocks.push(quiet(nothingPrinted));
  return rendered(markOf(run.end), blocks, exitCodeOf(run.end));
}

export interface RunningView {
  readonly command: string;
  readonly relay: string;
  readonly runId: string;
  /** What it has printed so far. */
  readonly output?: readonly OutputChunk[];
}

/** The reply while it runs: what it printed so far, and where it runs. */
export function renderRunning(run: RunningView): Rendered {
  const view: FinishedView = { ...run, end: { kind: 'exited', exitCode: 0 }, output: run.output ?? [] };
  const blocks = (['stdout', 'stderr'] as const).flatMap((stream) => streamBlocks(view, stream).blocks);
  return rendered('running', [...blocks, quiet(runningSentence(run))]);
}

function streamBlocks(
  run: FinishedView,
  stream: OutputChunk['stream'],
): { blocks: Block[]; clipped: boolean } {
  const printed = readOutput(run.output, stream, run.gapBefore, gapMark);
  if ('binaryBytes' in printed) {
    return { blocks: [quiet(notTextSentence(printed.binaryBytes, run.runId))], clipped: false };
  }
  if (printed.text.trim() === '') return { blocks: [], clipped: false };
  const { text, clipped } = clip(printed.text);
  return { blocks: [asPrinted(text)], clipped };
}

/** A short line reads well as text; what has lines or columns keeps them only in a fixed-width face. */
function asPrinted(text: string): Block {
  const plain = text.length <= 200 && !/\n|\t| {2}|^ /.test(text);
  return { kind: plain ? 'text' : 'code', text };
}

/** What is to be said of output that is not all there, or not all shown. */
export function runNotes(run: FinishedView, clipped: boolean): Block[] {
  const dropped = run.droppedBytes ?? 0;
  return [
    ...(dropped > 0 ? [quiet(droppedSentence(dropped))] : []),
    ...(run.incomplete === undefined ? [] : [quiet(incompleteSentence(run.incomplete))]),
    ...(run.missingBytes ? [quiet(missingOutputSentence(run.missingBytes, run.runId))] : []),
    ...(clipped ? [quiet(theWhole(run.runId))] : []),
    ...fileNotes(run),
  ];
}

/** What it left. */
export function fileNotes({
  files = [],
  filesLeftOut = [],
  filesLost,
  filesMissing = [],
  runId,
}: FinishedView): Block[] {
  return [
    ...(files.length > 0 ? [quiet(filesSentence(files, runId))] : []),
    ...(filesLeftOut.length > 0 ? [quiet(leftOutSentence(filesLeftOut))] : []),
    ...(filesLost === undefined ? [] : [quiet(filesLostSentence(filesLost, files.length > 0))]),
    ...(filesMissing.length > 0 ? [quiet(missingFilesSentence(filesMissing, runId))] : []),
  ];
}

export function markOf(end: RunEnd): ReplyMark {
  switch (end.kind) {
    case 'exited':
      return end.exitCode === 0 ? 'succeeded' : 'failed';
    case 'not-started':
    case 'out-of-memory':
    case 'unknown':
      return 'failed';
    case 'refused':
      return end.code === 'order-late' ? 'expired' : 'refused';
    default:
      return end.kind;
  }
}

export function exitCodeOf(end: RunEnd): number | undefined {
  return 'exitCode' in end ? end.exitCode : undefined;
}
