import { headerNames, topics, type ChatMessage, type ChatReply } from '@chasqui/contracts';
import { quiet, rendered as renderedOf, scheduleSentences, type Rendered } from '@chasqui/replies';
import { topicName, type Outgoing } from '@chasqui/transport';
import type { RunSchedule } from '../schedules/run-schedule.js';
import type { RunRow } from './run-row.js';

/** The adapter that is no chat: whoever asked over HTTP reads the run itself. */
export const httpAdapter = 'http';

/** Where the replies of a run go: all of a reply but what it says, and the schedule that stands above it. */
export type ReplyAddress = Pick<
  ChatReply,
  'runId' | 'adapter' | 'workspace' | 'room' | 'thread' | 'recipient' | 'inReplyTo'
> & { readonly schedule?: RunSchedule };

export function addressOf(
  run: Pick<
    RunRow,
    'id' | 'adapter' | 'workspace' | 'room' | 'thread' | 'sender' | 'in_reply_to' | 'schedule'
  >,
): ReplyAddress {
  return {
    runId: run.id,
    adapter: run.adapter,
    workspace: run.workspace ?? undefined,
    room: run.room,
    thread: run.thread ?? undefined,
    recipient: run.sender,
    inReplyTo: run.in_reply_to,
    ...(run.schedule && { schedule: run.schedule }),
  };
}

/** The same for a message that has no run yet. */
export function addressFor(runId: string, message: ChatMessage): ReplyAddress {
  const { adapter, workspace, room, thread, sender, id } = message;
  return { runId, adapter, workspace, room: room.id, thread, recipient: sender.id, inReplyTo: id };
}

/**
 * What has to be published so that a chat shows this; nothing for those who came over HTTP. Not sealed yet: `SealedReplies` does that as it
 * goes out, with the token that the adapter then has.
 */
export function replyMessages(
  { schedule, ...address }: ReplyAddress & Pick<ChatReply, 'slot'>,
  rendered: Rendered,
  seq: number,
): Outgoing[] {
  if (address.adapter === httpAdapter) return [];
  const reply: ChatReply = { ...(schedule ? headed(rendered, schedule) : rendered), ...address, seq };
  const key = `${reply.room}/${reply.thread ?? ''}`;
  const topic = topicName(topics.chatReplies, { adapter: reply.adapter });
  return [{ topic, key, headers: { [headerNames.runId]: reply.runId }, value: JSON.stringify(reply) }];
}

/** Nobody there has just said it: what is answered says first which schedule it comes from. */
function headed(shown: Rendered, schedule: RunSchedule): Rendered {
  const blocks = [quiet(scheduleSentences.heading(schedule)), ...shown.blocks];
  return { ...shown, ...renderedOf(shown.mark, blocks, shown.exitCode) };
}
