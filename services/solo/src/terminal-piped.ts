import { randomUUID } from 'node:crypto';
import { createInterface } from 'node:readline';
import type { Hear } from '@chasqui/chat';
import type { ChatMessage, ChatReply } from '@chasqui/contracts';
import type { TerminalOptions } from './terminal-chat.js';
import { drawBlock, shownBlocks } from './terminal-draw.js';
import { elsewhere } from './terminal-elsewhere.js';
import { readLine } from './terminal-line.js';
import { words } from './terminal-words.js';

/** The line that is out, and what to call when a reply to it comes. */
interface Waiting {
  readonly message: ChatMessage;
  readonly came: (reply: ChatReply) => void;
}

/**
 * Lines piped in, one chat message each. The next is said only when the one before has its last answer, so answers come in the order
 * of the lines; a line that gets none in time has failed, and nothing waits for ever.
 */
export class PipedTerminal {
  failed = 0;
  #as: string;
  #left = false;
  #waiting: Waiting | undefined;

  constructor(readonly options: TerminalOptions) {
    this.#as = options.as;
  }

  async listen(hear: Hear, signal: AbortSignal): Promise<void> {
    const lines = createInterface({ input: this.options.input, crlfDelay: Infinity });
    const stop = () => lines.close();
    signal.addEventListener('abort', stop, { once: true });
    try {
      for await (const line of lines) {
        if (signal.aborted || this.#left) break;
        if (!line.trimStart().startsWith('#')) await this.#take(line, hear, signal);
      }
    } finally {
      signal.removeEventListener('abort', stop);
      lines.close();
    }
  }

  async post(reply: ChatReply): Promise<void> {
    const place = elsewhere(reply);
    if (place !== undefined) {
      if (reply.mark === 'running') return;
      this.#print(place);
      return this.#show(reply);
    }
    if (reply.inReplyTo === this.#waiting?.message.id) this.#waiting.came(reply);
  }

  async #take(typed: string, hear: Hear, signal: AbortSignal): Promise<void> {
    const line = readLine(typed, this.#as, randomUUID(), Date.now());
    switch (line.kind) {
      case 'as':
        this.#as = line.name;
        break;
      case 'leave':
        this.#left = true;
        break;
      case 'help':
        return this.#print(words.help);
      case 'wrong':
        return this.#fail(line.complaint);
      case 'said':
        return this.#say(line.message, hear, signal);
    }
  }

  async #say(message: ChatMessage, hear: Hear, signal: AbortSignal): Promise<void> {
    const answer = this.#answerTo(message, signal);
    // Not waited for by itself: a message that hangs on its way out is a line that gets no answer.
    hear(message).catch((cause: Error) => answer.giveUp(words.notSent(cause.message)));
    const reply = await answer.come;
    if (typeof reply === 'string') return this.#fail(reply);
    this.#show(reply);
    if (reply.mark !== 'succeeded') this.failed += 1;
  }

  /** The last reply to a message, or the sentence that says why there is none. */
  #answerTo(message: ChatMessage, signal: AbortSignal) {
    const { promise, resolve } = Promise.withResolvers<ChatReply | string>();
    const withinMs = this.options.answerWithinMs ?? 75_000;
    const timer = setTimeout(() => resolve(words.noAnswer(message.text, withinMs / 1000)), withinMs);
    const interrupted = () => resolve(words.interrupted(message.text));
    signal.addEventListener('abort', interrupted, { once: true });
    const came = (reply: ChatReply) => (reply.mark === 'running' ? timer.refresh() : resolve(reply));
    this.#waiting = { message, came };
    const come = promise.finally(() => {
      clearTimeout(timer);
      signal.removeEventListener('abort', interrupted);
      this.#waiting = undefined;
    });
    return { come, giveUp: resolve };
  }

  /** What a command printed goes to the output; from the first block on that is said about it, to the errors. */
  #show(reply: ChatReply): void {
    const blocks = shownBlocks(reply.blocks);
    const about = blocks.findIndex(
      (block) => block.kind === 'text' && (block.tone === 'bad' || block.tone === 'quiet'),
    );
    blocks.forEach((block, at) => {
      const text = drawBlock(block, this.options.colour);
      return about >= 0 && at >= about ? this.#complain(text) : this.#print(text);
    });
  }

  #fail(complaint: string): void {
    this.failed += 1;
    this.#complain(complaint);
  }

  #print(text: string): void {
    this.options.output.write(`${text}\n`);
  }

  #complain(text: string): void {
    (this.options.errors ?? this.options.output).write(`${text}\n`);
  }
}
