import { topics, type ChatMessage } from '@chasqui/contracts';
import { Controller } from '@nestjs/common';
import { EventPattern, Payload } from '@nestjs/microservices';
import { Commands } from './commands.service.js';

/** Hears what people say to us. Instances share the messages; each message is taken by one. */
@Controller()
export class ChatMessagesConsumer {
  constructor(private readonly commands: Commands) {}

  @EventPattern<string>(topics.chatMessages.name)
  async hear(@Payload() message: ChatMessage): Promise<void> {
    await this.commands.accept(message);
  }
}
