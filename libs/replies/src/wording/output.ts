import { count } from './amounts.js';

/** What is said about output, around it. */
export const stderrLabel = 'standard error:';
export const nothingPrinted = 'done; it printed nothing';
export const gapMark = '… output was dropped here …';

export function droppedSentence(bytes: number): string {
  return `${count(bytes, 'byte')} dropped: it printed more than is kept, and what stood between the beginning and the end is gone`;
}

export function notTextSentence(bytes: number, runId: string): string {
  return `${count(bytes, 'byte')} that are not text; ${theWhole(runId)}`;
}

/** What its relay counted, and what is not there. */
export function missingOutputSentence(bytes: number, runId: string): string {
  return `${count(bytes, 'byte')} of what it printed did not come; its relay has lost them, or they are still on the way. ${theWhole(runId)}`;
}

export function theWhole(runId: string): string {
  return `the whole: chasqui runs show ${runId}`;
}

export function runningSentence(run: { command: string; relay: string; runId: string }): string {
  return `${run.command} is running on ${run.relay}, run ${run.runId}`;
}
