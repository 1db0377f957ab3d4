import { once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { createInterface } from 'node:readline';
import type { ChatMessage, ChatReply } from '@chasqui/contracts';

/** What the room and its adapter tell each other. */
export type ToAdapter =
  | { readonly kind: 'say'; readonly message: ChatMessage }
  | { readonly kind: 'shown'; readonly number: number };
export type FromAdapter =
  | { readonly kind: 'listening' }
  | { readonly kind: 'said' | 'unsaid'; readonly id: string }
  | { readonly kind: 'show'; readonly number: number; readonly reply: ChatReply };

/** So many rooms, each of which is in order for itself. */
const rooms = 12;

/**
 * The chat that the adapter speaks with, as a provider keeps it: an event that nobody acknowledged is told again, to whichever adapter is there; a
 * message of a run stands until a later one takes its place.
 */
export class Room {
  readonly #server = createServer((socket) => this.#welcome(socket));
  readonly #unsaid = new Map<string, ChatMessage>();
  readonly #standing = new Map<string, ChatReply>();
  #adapter: Socket | undefined;
  #said = 0;
  #news: string[] = [];

  /** @param onStep told when something was said for good, and when something is shown */
  constructor(private readonly onStep: (step: 'said' | 'shown') => void) {}

  async open(): Promise<number> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    return (this.#server.address() as AddressInfo).port;
  }

  close(): void {
    this.#server.close();
    this.#adapter?.destroy();
  }

  /** Somebody says something. */
  says(text: string): void {
    const id = `m${++this.#said}`;
    const room = { id: `R${this.#said % rooms}`, direct: false };
    const message: ChatMessage = {
      id,
      adapter: 'chat',
      room,
      sender: { id: 'U1' },
      addressed: 'prefix',
      text,
      saidAt: Date.now(),
    };
    this.#unsaid.set(id, message);
    this.#news.push(id);
    this.#tell({ kind: 'say', message });
  }

  /** The ids of what was said since this was asked before. */
  newlySaid(): string[] {
    return this.#news.splice(0);
  }

  /** How many no adapter has taken yet. */
  get waiting(): number {
    return this.#unsaid.size;
  }

  /** What stands in answer to that message. */
  answerTo(id: string): ChatReply | undefined {
    return this.#standing.get(id);
  }

  #welcome(socket: Socket): void {
    this.#adapter = socket;
    socket.on('error', () => undefined);
    createInterface({ input: socket })
      .on('line', (text) => this.#hear(JSON.parse(text) as FromAdapter))
      // An adapter that was killed; it says so here as well.
      .on('error', () => undefined);
  }

  #hear(heard: FromAdapter): void {
    if (heard.kind === 'listening')
      for (const message of this.#unsaid.values()) this.#tell({ kind: 'say', message });
    else if (heard.kind === 'show') this.#show(heard.reply, heard.number);
    else if (heard.kind === 'said') {
      this.#unsaid.delete(heard.id);
      this.onStep('said');
    } else {
      const message = this.#unsaid.get(heard.id);
      if (message) setTimeout(() => this.#tell({ kind: 'say', message }), 200);
    }
  }

  #show(reply: ChatReply, number: number): void {
    const before = this.#standing.get(reply.inReplyTo);
    // An adapter that was killed does not know what it had shown; a chat edits in place, and so an older one may come again.
    if (!before || before.seq <= reply.seq) this.#standing.set(reply.inReplyTo, reply);
    this.onStep('shown');
    this.#tell({ kind: 'shown', number });
  }

  #tell(message: ToAdapter): void {
    if (this.#adapter?.writable) this.#adapter.write(`${JSON.stringify(message)}\n`);
  }
}
