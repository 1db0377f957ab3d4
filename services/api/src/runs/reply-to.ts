import { topics, type ChatReply } from '@chasqui/contracts';
import { outgoing, type Outgoing } from '@chasqui/transport';

/** The adapter that is no chat: whoever asked over HTTP reads the run itself. */
export const httpAdapter = 'http';

/** What has to be published so that a reply reaches its chat. */
export function replyMessages(reply: ChatReply): Outgoing[] {
  if (reply.adapter === httpAdapter) return [];
  const key = `${reply.room}/${reply.thread ?? ''}`;
  return [outgoing(topics.chatReplies, { adapter: reply.adapter }, key, reply, { 'run-id': reply.runId })];
}
