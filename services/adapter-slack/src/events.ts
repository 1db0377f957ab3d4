import type { ReplyFault } from '@chasqui/chat';
import type { ChatMessage, ChatReply } from '@chasqui/contracts';
import { counter, type Logger } from '@chasqui/telemetry';

const heard = counter('chasqui_chat_messages_heard', 'Messages that were said to us and passed on');
const shown = counter('chasqui_chat_replies_shown', 'Replies posted or edited');
const refused = counter('chasqui_chat_replies_refused', 'Replies that were not shown, by why');

export function messageHeard(message: ChatMessage): void {
  heard.add(1, { adapter: message.adapter, addressed: message.addressed });
}

export function replyShown(reply: ChatReply): void {
  shown.add(1, { adapter: reply.adapter, mark: reply.mark });
}

/** The same or a later one is shown: it came twice, or somebody brought it again. */
export function replyPassedOver({ runId, seq }: ChatReply, logger: Logger): void {
  refused.add(1, { why: 'repeated' });
  logger.info({ runId, seq }, 'a reply came again, or after a later one, and was not shown');
}

export function replyRefused(why: ReplyFault, detail: string, logger: Logger): void {
  refused.add(1, { why });
  logger.warn({ why, detail }, 'a message on the reply topic is no reply of the API to us, and was parked');
}
