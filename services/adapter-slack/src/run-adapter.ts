import { randomUUID } from 'node:crypto';
import { hearOnce, publishTo, type Chat, type Credential } from '@chasqui/chat';
import { topics, type ChatMessage } from '@chasqui/contracts';
import { inSpan, nestLogger, type Logger } from '@chasqui/telemetry';
import { HandBackErrors, TransportServer, type Transport } from '@chasqui/transport';
import { NestFactory } from '@nestjs/core';
import { AdapterSlackModule } from './adapter-slack.module.js';
import { messageHeard } from './events.js';

/** What the adapter stands on; whoever starts it opens and closes these. */
export interface AdapterParts {
  readonly chat: Chat;
  /** The adapter's own, of the same name as the chat. */
  readonly credential: Credential;
  readonly transport: Transport;
  readonly logger: Logger;
}

/** Runs the adapter until the signal is aborted: replies come out of the transport, what is heard goes into it, each message once. */
export async function runAdapter(
  { chat, credential, transport, logger }: AdapterParts,
  signal: AbortSignal,
): Promise<void> {
  const params = { adapter: chat.name };
  const strategy = new TransportServer(transport, {
    group: `chat-${chat.name}`,
    instance: randomUUID(),
    params,
  });
  const app = await NestFactory.createMicroservice(AdapterSlackModule.with(chat, credential, logger), {
    strategy,
    logger: nestLogger(logger),
  });
  app.useGlobalFilters(new HandBackErrors());
  const publish = publishTo(transport, credential);
  const hear = async (message: ChatMessage) => {
    await inSpan('chat message heard', { adapter: message.adapter, addressed: message.addressed }, () =>
      publish(message),
    );
    messageHeard(message);
  };
  const stop = () => void app.close();
  signal.addEventListener('abort', stop, { once: true });
  try {
    await transport.prepare([{ topic: topics.chatMessages }], signal);
    await app.listen();
    await chat.listen(hearOnce(hear), signal);
  } catch (error) {
    // Whoever waits for a broker is woken with an error when it is time to go.
    if (!signal.aborted) throw error;
  } finally {
    signal.removeEventListener('abort', stop);
    await app.close();
  }
}
