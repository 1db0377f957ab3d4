import type { Block } from '@chasqui/contracts';
import type { Run } from './run-shapes.js';
import { exitCodes } from '../stop.js';

/** Whether it is in a terminal state; `isTerminal` of contracts would bring all of the schemas with it. */
export function isOver(run: Run): boolean {
  return run.status !== 'accepted' && run.status !== 'running';
}

/** What `chasqui run` exits with, and what it says on standard error where that is not 0. */
export function runExit(run: Run): { readonly exitCode: number; readonly sentence: string } {
  return { exitCode: exitCodeOf(run), sentence: sentenceOf(run) };
}

function exitCodeOf({ status, code, exitCode }: Run): number {
  switch (status) {
    case 'succeeded':
      return 0;
    case 'refused':
      return code === 'no-relay' ? exitCodes.noRelay : exitCodes.notAllowed;
    case 'timed-out':
      return exitCodes.timedOut;
    case 'cancelled':
      return exitCodes.cancelled;
    case 'expired':
    case 'lost':
      return exitCodes.tryLater;
    default:
      // A program may not have been started at all, or report more than a byte on another system.
      return exitCode === undefined ? exitCodes.failed : exitCode & 0xff || exitCodes.failed;
  }
}

/** What is said about a run has a tone; what it printed has none. */
function isAboutIt(block: Block): block is Block & { kind: 'text' } {
  return block.kind === 'text' && (block.tone === 'bad' || block.tone === 'quiet');
}

/** Whether it has a result, although not everything on the way to it went well. */
function isPartial(code: string | undefined): boolean {
  return code === 'stage-failed';
}

/** What a run has come to that no one command printed: the result of several stages, or an answer of the API itself. */
export function resultOf(run: Run): string | undefined {
  const { status, code, staged, executions, reply } = run;
  if (status === 'succeeded') return staged || executions?.length === 0 ? (reply?.text ?? '') : undefined;
  if (!staged || !isPartial(code) || !reply) return undefined;
  const sentence = sentenceOf(run);
  return reply.text.endsWith(`\n${sentence}`) ? reply.text.slice(0, -sentence.length - 1) : undefined;
}

/** How much is missing of what a run printed that went well, in bytes; of one with several stages its result says so itself. */
export function droppedOf({ status, staged, executions = [] }: Run): number {
  if (status !== 'succeeded' || staged) return 0;
  return executions.reduce((sum, { droppedBytes = 0 }) => sum + droppedBytes, 0);
}

/**
 * The server's own words on how it ended, without the output that was written already. Of what several stages print nothing was: there the
 * words have it with them.
 */
function sentenceOf({ id, status, code, staged, reply }: Run): string {
  if (reply && (status === 'refused' || (staged && !isPartial(code)))) return reply.text;
  const texts = reply?.blocks.flatMap((block) => (isAboutIt(block) ? [block.text] : [])) ?? [];
  return texts.join('\n').trim() || `${status}; chasqui runs show ${id} tells more`;
}
