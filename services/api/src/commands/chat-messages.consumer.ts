import { topics, type ChatMessage } from '@chasqui/contracts';
import { Park } from '@chasqui/transport';
import { Controller } from '@nestjs/common';
import { EventPattern, Payload } from '@nestjs/microservices';
import { httpAdapter } from '../runs/reply-to.js';
import { Commands } from './commands.service.js';

/** Hears what people say to us. Instances share the messages; each message is taken by one. */
@Controller()
export class ChatMessagesConsumer {
  constructor(private readonly commands: Commands) {}

  @EventPattern<string>(topics.chatMessages.name)
  async hear(@Payload() message: ChatMessage): Promise<void> {
    if (message.adapter === httpAdapter)
      throw new Park('failed', 'nobody may speak over the broker for those who come by HTTP');
    await this.commands.accept(message);
  }
}
