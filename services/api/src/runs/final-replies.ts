import { quiet, redirectedSentence, rendered, sentToSentence, type Rendered } from '@chasqui/replies';
import type { Outgoing } from '@chasqui/transport';
import type { Target } from '../commands/plan.js';
import { replyMessages, type ReplyAddress } from './reply-to.js';

/** Who asked for what: said where a result is sent to, because nobody there has seen the line. */
export interface Asked {
  readonly username: string;
  readonly line: string;
}

/**
 * The last word on a run, to every place it goes to. A result that was redirected goes to those places, with who asked for it and how,
 * and where it was asked stands that it went; what went wrong is told only where it was asked.
 */
export function finalReplies(
  address: ReplyAddress,
  targets: readonly Target[],
  shown: Rendered,
  seq: number,
  asked: Asked,
): Outgoing[] {
  const elsewhere = targets.filter((target) => !target.here);
  if (elsewhere.length === 0 || shown.mark !== 'succeeded') return replyMessages(address, shown, seq);
  const intro = quiet(redirectedSentence(asked));
  const there = rendered(shown.mark, [intro, ...shown.blocks], shown.exitCode);
  const note = quiet(sentToSentence(elsewhere.map(({ label }) => label)));
  const here = elsewhere.length < targets.length ? shown : rendered(shown.mark, [note], shown.exitCode);
  return [
    ...elsewhere.flatMap(({ room }) =>
      replyMessages({ ...address, room, thread: undefined, slot: room }, there, seq),
    ),
    ...replyMessages(address, here, seq),
  ];
}
