import { showLatest, takeReplies, type Chat, type Credential } from '@chasqui/chat';
import { topics } from '@chasqui/contracts';
import type { Logger } from '@chasqui/telemetry';
import { Controller, Inject } from '@nestjs/common';
import { EventPattern, Payload } from '@nestjs/microservices';
import { replyPassedOver, replyRefused, replyShown } from './events.js';

/** The chat that replies are shown in, what they open with, and the log: injection tokens. */
export const CHAT = Symbol('Chat');
export const CREDENTIAL = Symbol('Credential');
export const LOGGER = Symbol('Logger');

/** Takes the replies meant for this adapter and shows them. */
@Controller()
export class RepliesConsumer {
  readonly #take: (sealed: string) => Promise<void>;

  constructor(
    @Inject(CHAT) chat: Chat,
    @Inject(CREDENTIAL) credential: Credential,
    @Inject(LOGGER) logger: Logger,
  ) {
    const show = showLatest(
      async (reply) => {
        await chat.post(reply);
        replyShown(reply);
      },
      undefined,
      (reply) => replyPassedOver(reply, logger),
    );
    this.#take = takeReplies(credential, show, (why, detail) => replyRefused(why, detail, logger));
  }

  @EventPattern<string>(topics.chatReplies.name)
  async show(@Payload() sealed: string): Promise<void> {
    await this.#take(sealed);
  }
}
