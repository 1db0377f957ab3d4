import { ChatMessage } from '@chasqui/contracts';
import { nameIn } from '@chasqui/sealing';
import { Park } from '@chasqui/transport';
import { Injectable } from '@nestjs/common';
import { Credentials } from '../credentials/credentials.service.js';
import { Events } from '../events.js';
import { AdapterBoard } from './adapter-board.service.js';

/** Why something on `chat.messages` is believed by nobody. */
export type MessageFault =
  | 'unsealed'
  | 'unknown-adapter'
  | 'revoked'
  | 'wrong-token'
  | 'expired-token'
  | 'malformed'
  | 'not-its-name'
  | 'foreign-workspace';

/**
 * Lets in what adapters have heard. A message counts only if it opens with a token of the adapter that it names, speaks in that adapter's own
 * name, and for a workspace that the adapter may speak for: whoever else can write to the broker can say nothing in anybody's name.
 */
@Injectable()
export class AdapterDoor {
  constructor(
    private readonly board: AdapterBoard,
    private readonly credentials: Credentials,
    private readonly events: Events,
  ) {}

  /** What was said. @throws Park where nobody with that adapter's token said it */
  async open(sealed: string, now: number): Promise<ChatMessage> {
    const name = nameIn(sealed);
    const read = name === undefined ? 'unsealed' : await this.read(sealed, name, now);
    if (typeof read !== 'string') return read;
    this.events.messageRejected(name ?? '', read);
    if (name !== undefined) await this.board.rejected(name, now);
    throw new Park('unsealed', read);
  }

  private async read(sealed: string, name: string, now: number): Promise<ChatMessage | MessageFault> {
    const adapter = await this.board.find(name);
    if (!adapter) return 'unknown-adapter';
    if (adapter.revokedAt !== undefined) return 'revoked';
    const opened = adapter.ring.open(sealed, 'from-adapter', (keys) => keys.messages, now);
    if (typeof opened === 'string') return opened;
    const { data: message } = ChatMessage.safeParse(opened.message);
    if (!message) return 'malformed';
    if (message.adapter !== name) return 'not-its-name';
    const { workspaces } = adapter;
    if (workspaces.length > 0 && !workspaces.includes(message.workspace ?? '')) return 'foreign-workspace';
    if (!adapter.local) this.credentials.used('adapter', name, opened.with, now);
    return message;
  }
}
