import type { Chat, Credential } from '@chasqui/chat';
import type { Logger } from '@chasqui/telemetry';
import { Module, type DynamicModule } from '@nestjs/common';
import { CHAT, CREDENTIAL, LOGGER, RepliesConsumer } from './replies.consumer.js';

@Module({})
export class AdapterSlackModule {
  static with(chat: Chat, credential: Credential, logger: Logger): DynamicModule {
    return {
      module: AdapterSlackModule,
      controllers: [RepliesConsumer],
      providers: [
        { provide: CHAT, useValue: chat },
        { provide: CREDENTIAL, useValue: credential },
        { provide: LOGGER, useValue: logger },
      ],
    };
  }
}
