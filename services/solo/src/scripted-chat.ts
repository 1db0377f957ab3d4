import { randomUUID } from 'node:crypto';
import type { Chat } from '@chasqui/chat';
import type { ChatMessage, ChatReply } from '@chasqui/contracts';

/** Something said: by whom, and in which room if not in `ops`. */
export interface Said {
  readonly who: string;
  readonly line: string;
  readonly room?: string;
  /** What the chat calls them; it need not be who they are. */
  readonly name?: string;
  readonly saidAt?: number;
  /** What is attached. */
  readonly files?: ChatMessage['files'];
}

/** A chat in which a script speaks: it says a line, and is told what comes back for it. */
export class ScriptedChat implements Chat {
  readonly name = 'terminal';
  /** Every reply to the last line, in the order in which they came. */
  replies: ChatReply[] = [];
  /** What was said to nobody's last line: the answers of schedules, and late ones. */
  readonly overheard: ChatReply[] = [];
  private readonly listening = Promise.withResolvers<(message: ChatMessage) => Promise<void>>();
  private told = Promise.withResolvers<ChatReply>();
  private elsewhere = new Map<string, PromiseWithResolvers<ChatReply>>();
  private last = '';

  async listen(hear: (message: ChatMessage) => Promise<void>, signal: AbortSignal): Promise<void> {
    this.listening.resolve(hear);
    await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
  }

  async post(reply: ChatReply): Promise<void> {
    if (reply.inReplyTo !== this.last) {
      this.overheard.push(reply);
      return;
    }
    this.replies.push(reply);
    if (reply.mark === 'running') return;
    if (reply.slot === undefined) this.told.resolve(reply);
    else this.placeOf(reply.room).resolve(reply);
  }

  async say({ who, line, name, room = 'ops', saidAt = Date.now(), files }: Said): Promise<void> {
    this.last = randomUUID();
    this.replies = [];
    this.told = Promise.withResolvers();
    this.elsewhere = new Map();
    const hear = await this.listening.promise;
    await hear({
      id: this.last,
      adapter: this.name,
      room: { id: room, name: room, direct: false },
      thread: `t-${this.last}`,
      sender: { id: who, ...(name !== undefined && { name }) },
      addressed: 'prefix',
      text: line.replace(/^!/, ''),
      saidAt,
      ...(files && { files }),
    });
  }

  /** The last reply to the last line, where it was said. */
  answer(): Promise<ChatReply> {
    return this.told.promise;
  }

  /** The last reply to the last line in a room, or to a person, that the line sent its result to. */
  answerIn(place: string): Promise<ChatReply> {
    return this.placeOf(place).promise;
  }

  private placeOf(place: string): PromiseWithResolvers<ChatReply> {
    const known = this.elsewhere.get(place) ?? Promise.withResolvers<ChatReply>();
    this.elsewhere.set(place, known);
    return known;
  }
}
