import { topics } from '@chasqui/contracts';
import type { TransportContext } from '@chasqui/transport';
import { Controller } from '@nestjs/common';
import { Ctx, EventPattern, Payload } from '@nestjs/microservices';
import { AdapterDoor } from '../adapters/adapter-door.service.js';
import { named } from '../database-faults.js';
import { Apologies } from './apologies.service.js';
import { ChatPace } from './chat-pace.service.js';
import { Commands } from './commands.service.js';
import { runIdOf } from './run-id.js';

/** Hears what people say to us. Instances share the messages; each message is taken by one. */
@Controller()
export class ChatMessagesConsumer {
  constructor(
    private readonly door: AdapterDoor,
    private readonly pace: ChatPace,
    private readonly commands: Commands,
    private readonly apologies: Apologies,
  ) {}

  @EventPattern<string>(topics.chatMessages.name)
  async hear(@Payload() sealed: string, @Ctx() context: TransportContext): Promise<void> {
    const message = await this.door.open(sealed, Date.now());
    const runId = runIdOf(message);
    try {
      if (!(await this.pace.allows(message, runId, Date.now()))) return;
      await this.commands.accept(message, runId);
      this.apologies.over(runId);
    } catch (thrown) {
      const cause = named(thrown);
      await this.apologies.failed({ message, runId, cause, last: context.message.last });
      throw cause;
    }
  }
}
