import { ChatReply, headerNames, topics } from '@chasqui/contracts';
import { hiddenKey, seal } from '@chasqui/sealing';
import type { Outgoing, Transport } from '@chasqui/transport';
import { Inject, Injectable } from '@nestjs/common';
import { Events } from '../events.js';
import { TRANSPORT } from '../parts.js';
import { AdapterBoard } from './adapter-board.service.js';

const replyTopic = topics.chatReplies.name.replace(':adapter', '');

/**
 * The last step before a message leaves this process: replies are sealed for their adapter, with the token that it uses now, and not with the
 * one it had when the reply was written down. Everything else goes as it is.
 */
@Injectable()
export class SealedReplies {
  constructor(
    private readonly board: AdapterBoard,
    private readonly events: Events,
    @Inject(TRANSPORT) private readonly transport: Transport,
  ) {}

  /** Publishes; what is for an adapter that nobody can seal for goes nowhere, and is told of. @throws Outage as the transport does */
  async publish(...messages: Outgoing[]): Promise<void> {
    const ready = await Promise.all(messages.map((message) => this.ready(message, Date.now())));
    const going = ready.filter((message) => message !== undefined);
    if (going.length > 0) await this.transport.publish(...going);
  }

  private async ready(message: Outgoing, now: number): Promise<Outgoing | undefined> {
    if (!message.topic.startsWith(replyTopic)) return message;
    const name = message.topic.slice(replyTopic.length);
    const adapter = await this.board.find(name);
    const held = adapter?.ring.inUse(now);
    if (!held) {
      const why = adapter?.revokedAt !== undefined ? 'revoked' : 'unknown-adapter';
      this.events.replyUnsent(name, why, message.headers[headerNames.runId]);
      return undefined;
    }
    const reply: ChatReply = { ...(JSON.parse(message.value) as ChatReply), at: now };
    const sealed = seal(reply, name, 'to-adapter', held.keys.replies);
    return { ...message, key: hiddenKey(message.key, held.keys), value: JSON.stringify(sealed) };
  }
}
