import type { Expectation } from '@chasqui/bundles/transcripts';
import { patternTest } from '@chasqui/patterns';
import type { ChatReply } from '@chasqui/contracts';
import { isAsShown } from './as-shown.js';

/** One thing that was expected of a reply and is not so. */
export type Mismatch =
  | { readonly kind: 'silence'; readonly expectation: Expectation }
  | {
      readonly kind: 'text' | 'contains' | 'matches' | 'mark' | 'exit-code';
      readonly expectation: Expectation;
      readonly expected: string;
      readonly heard: string;
    };

/** What of an expectation does not hold for a reply; undefined stands for none that came. Blanks and empty lines at a text's end do not count. */
export function compare(expectation: Expectation, reply: ChatReply | undefined): Mismatch[] {
  if (!reply) return [{ kind: 'silence', expectation }];
  const { text, contains, matches, mark, exitCode } = expectation;
  const heard = reply.text.trimEnd();
  const found: Mismatch[] = [];
  const miss = (kind: Exclude<Mismatch['kind'], 'silence'>, expected: string, instead: string) =>
    found.push({ kind, expectation, expected, heard: instead });
  if (text !== undefined && !isAsShown(text.trimEnd(), heard)) miss('text', text.trimEnd(), heard);
  for (const part of contains) if (!reply.text.includes(part)) miss('contains', part, heard);
  if (matches !== undefined && !patternTest(matches)(reply.text)) miss('matches', matches, heard);
  if (mark && mark !== reply.mark) miss('mark', mark, reply.mark);
  if (exitCode !== undefined && exitCode !== reply.exitCode)
    miss('exit-code', String(exitCode), reply.exitCode === undefined ? 'none' : String(reply.exitCode));
  return found;
}
