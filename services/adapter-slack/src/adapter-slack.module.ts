import type { Chat } from '@chasqui/chat';
import { Module, type DynamicModule } from '@nestjs/common';
import { CHAT, RepliesConsumer } from './replies.consumer.js';

@Module({})
export class AdapterSlackModule {
  static with(chat: Chat): DynamicModule {
    return {
      module: AdapterSlackModule,
      controllers: [RepliesConsumer],
      providers: [{ provide: CHAT, useValue: chat }],
    };
  }
}
