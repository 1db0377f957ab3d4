import { topics, type ChatMessage } from '@chasqui/contracts';
import { Park, type TransportContext } from '@chasqui/transport';
import { Controller } from '@nestjs/common';
import { Ctx, EventPattern, Payload } from '@nestjs/microservices';
import { named } from '../database-faults.js';
import { httpAdapter } from '../runs/reply-to.js';
import { Apologies } from './apologies.service.js';
import { Commands } from './commands.service.js';
import { runIdOf } from './run-id.js';

/** Hears what people say to us. Instances share the messages; each message is taken by one. */
@Controller()
export class ChatMessagesConsumer {
  constructor(
    private readonly commands: Commands,
    private readonly apologies: Apologies,
  ) {}

  @EventPattern<string>(topics.chatMessages.name)
  async hear(@Payload() message: ChatMessage, @Ctx() context: TransportContext): Promise<void> {
    if (message.adapter === httpAdapter)
      throw new Park('failed', 'nobody may speak over the broker for those who come by HTTP');
    const runId = runIdOf(message);
    try {
      await this.commands.accept(message, runId);
      this.apologies.over(runId);
    } catch (thrown) {
      const cause = named(thrown);
      await this.apologies.failed({ message, runId, cause, last: context.message.last });
      throw cause;
    }
  }
}
