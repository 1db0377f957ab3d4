import { topics, type ChatMessage } from '@chasqui/contracts';
import { hiddenKey, seal } from '@chasqui/sealing';
import { outgoing, type Transport } from '@chasqui/transport';
import type { Chat, Hear } from './chat.js';
import type { Credential } from './credential.js';
import { hearOnce } from './hear-once.js';
import { showLatest } from './show-latest.js';
import { takeReplies } from './take-replies.js';

export interface JoinOptions {
  /** The adapter's, of the same name as the chat. */
  readonly credential: Credential;
  /** The consumer group of this adapter's replies: its instances share them. Default `chat-<name>`. */
  readonly group?: string;
}

/**
 * Joins a chat to the transport: what is heard is published, each message once; what is answered is shown, never an older reply over
 * a newer one. Resolves when the chat has stopped listening, because the signal was aborted or nobody is left to say anything.
 *
 * @throws the signal's reason, if it is aborted while a broker is still being waited for
 */
export async function joinChat(
  chat: Chat,
  transport: Transport,
  options: JoinOptions,
  signal: AbortSignal,
): Promise<void> {
  const params = { adapter: chat.name };
  const { credential } = options;
  const take = takeReplies(
    credential,
    showLatest((reply) => chat.post(reply)),
  );
  await transport.prepare([{ topic: topics.chatMessages }, { topic: topics.chatReplies, params }], signal);
  const replies = await transport.subscribe(
    { topic: topics.chatReplies, params, group: options.group ?? `chat-${chat.name}` },
    (_, sealed) => take(sealed),
  );
  try {
    await chat.listen(hearOnce(publishTo(transport, credential)), signal);
  } finally {
    await replies.stop();
  }
}

/** Publishes messages on `chat.messages`, sealed, in the credential's name; those of one room stay in order. */
export function publishTo(transport: Transport, { name, keys }: Credential): Hear {
  return async (message: ChatMessage) => {
    const sealed = seal(message, name, 'from-adapter', keys.messages);
    await transport.publish(outgoing(topics.chatMessages, {}, hiddenKey(message.room.id, keys), sealed));
  };
}
