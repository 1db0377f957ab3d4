import type { Block } from '@chasqui/contracts';
import type { Run } from '../server/rest-shapes.js';
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

/** The server's own words on how it ended, without the output that was written already. */
function sentenceOf({ id, status, reply }: Run): string {
  if (status === 'refused' && reply) return reply.text;
  const texts = reply?.blocks.flatMap((block) => (isAboutIt(block) ? [block.text] : [])) ?? [];
  return texts.join('\n').trim() || `${status}; chasqui runs show ${id} tells more`;
}
