import { ChatMessage, topics, type ChatReply } from '@chasqui/contracts';
import { makeAdapterToken, open, seal } from '@chasqui/sealing';
import { outgoing, type Transport } from '@chasqui/transport';
import { credentialOf, type Credential } from './credential.js';

/** The API's end of the line to a chat, in tests: what comes in is heard, what it answers is sealed. */
export interface FarEnd {
  /** For the chat's own end. */
  readonly credential: Credential;
  answer(reply: ChatReply): Promise<void>;
}

export async function farEnd(
  transport: Transport,
  adapter: string,
  heard: (message: ChatMessage) => void,
): Promise<FarEnd> {
  const credential = await credentialOf(makeAdapterToken(adapter));
  const { messages, replies } = credential.keys;
  await transport.subscribe({ topic: topics.chatMessages, group: 'api' }, async (_, sealed) =>
    heard(ChatMessage.parse(open(sealed, adapter, 'from-adapter', messages))),
  );
  return {
    credential,
    async answer(reply) {
      const sealed = seal(reply, adapter, 'to-adapter', replies);
      await transport.publish(outgoing(topics.chatReplies, { adapter }, reply.room, sealed));
    },
  };
}
