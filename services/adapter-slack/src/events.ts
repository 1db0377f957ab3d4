import type { ChatMessage, ChatReply } from '@chasqui/contracts';
import { counter } from '@chasqui/telemetry';

const heard = counter('chasqui_chat_messages_heard', 'Messages that were said to us and passed on');
const shown = counter('chasqui_chat_replies_shown', 'Replies posted or edited');

export function messageHeard(message: ChatMessage): void {
  heard.add(1, { adapter: message.adapter, addressed: message.addressed });
}

export function replyShown(reply: ChatReply): void {
  shown.add(1, { adapter: reply.adapter, mark: reply.mark });
}
