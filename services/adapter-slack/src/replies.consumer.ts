import { showLatest, type Chat } from '@chasqui/chat';
import { topics, type ChatReply } from '@chasqui/contracts';
import { Controller, Inject } from '@nestjs/common';
import { EventPattern, Payload } from '@nestjs/microservices';
import { replyShown } from './events.js';

/** The chat that replies are shown in: an injection token. */
export const CHAT = Symbol('Chat');

/** Takes the replies meant for this adapter and shows them. */
@Controller()
export class RepliesConsumer {
  readonly #show: (reply: ChatReply) => Promise<void>;

  constructor(@Inject(CHAT) chat: Chat) {
    this.#show = showLatest(async (reply) => {
      await chat.post(reply);
      replyShown(reply);
    });
  }

  @EventPattern<string>(topics.chatReplies.name)
  async show(@Payload() reply: ChatReply): Promise<void> {
    await this.#show(reply);
  }
}
