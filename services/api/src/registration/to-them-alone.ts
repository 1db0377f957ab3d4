import type { Rendered } from '@chasqui/replies';
import { outboxRow } from '../runs/outbox.service.js';
import { addressOf, replyMessages } from '../runs/reply-to.js';
import type { Recording } from '../runs/record.js';

/**
 * Tells somebody what nobody else is to see. In a room it goes to the person, and what was recorded is shown in the room; where they speak
 * with us alone it takes the place of that. It stands in the outbox until it is published, and never in the run.
 */
export function toThemAlone(recording: Recording, secret: Rendered, direct: boolean): Recording {
  const { run } = recording;
  const here = addressOf(run);
  const there = direct ? here : { ...here, room: run.sender, thread: undefined, slot: run.sender };
  const messages = replyMessages(there, secret, run.reply_seq).map(outboxRow);
  return { ...recording, outbox: direct ? messages : [...recording.outbox, ...messages] };
}
