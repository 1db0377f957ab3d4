import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { clearScreenDown, createInterface, cursorTo, moveCursor, type Interface } from 'node:readline';
import type { Hear } from '@chasqui/chat';
import type { ChatMessage, ChatReply } from '@chasqui/contracts';
import type { TerminalOptions } from './terminal-chat.js';
import { dim, drawBlock, shownBlocks } from './terminal-draw.js';
import { elsewhere } from './terminal-elsewhere.js';
import { readHistory, writeHistory } from './terminal-history.js';
import { readLine } from './terminal-line.js';
import { words } from './terminal-words.js';

/** A person at a terminal: a prompt below, and above it what was said and answered. Replies leave alone what is being typed. */
export class LiveTerminal {
  readonly failed = 0;
  #as: string;
  #lines: Interface | undefined;
  /** Lines that have no last answer yet, by message. */
  readonly #open = new Map<string, string>();
  /** What each open message shows of its running command, above the prompt. */
  readonly #running = new Map<string, string>();
  #lastSaid = '';
  #warned = false;

  constructor(readonly options: TerminalOptions) {
    this.#as = options.as;
  }

  async listen(hear: Hear, signal: AbortSignal): Promise<void> {
    const { input, output, historyFile } = this.options;
    let history = await readHistory(historyFile);
    const lines = createInterface({
      input,
      output,
      terminal: true,
      history,
      historySize: 1_000,
      removeHistoryDuplicates: true,
    });
    this.#lines = lines;
    const closed = once(lines, 'close');
    const stop = () => lines.close();
    if (signal.aborted) stop();
    signal.addEventListener('abort', stop, { once: true });
    lines.on('history', (entries: string[]) => (history = entries));
    lines.on('line', (typed: string) => this.#take(typed, hear));
    lines.on('SIGINT', () => this.#interrupted());
    this.#prompt();
    await closed;
    signal.removeEventListener('abort', stop);
    this.#lines = undefined;
    output.write('\n');
    await writeHistory(historyFile, history);
  }

  async post(reply: ChatReply): Promise<void> {
    const place = elsewhere(reply);
    const drawn = shownBlocks(reply.blocks)
      .map((block) => `${drawBlock(block, this.options.colour)}\n`)
      .join('');
    if (place !== undefined) {
      if (reply.mark !== 'running') this.#above(`${dim(place, this.options.colour)}\n${drawn}`);
      return;
    }
    const line = this.#open.get(reply.inReplyTo);
    if (reply.mark === 'running') {
      if (line !== undefined) this.#running.set(reply.inReplyTo, lastLine(reply.text));
      return this.#above('');
    }
    const late = line !== undefined && reply.inReplyTo !== this.#lastSaid;
    this.#open.delete(reply.inReplyTo);
    this.#running.delete(reply.inReplyTo);
    this.#above((late ? `${dim(words.answerTo(line), this.options.colour)}\n` : '') + drawn);
  }

  #take(typed: string, hear: Hear): void {
    this.#warned = false;
    const line = readLine(typed, this.#as, randomUUID(), Date.now());
    switch (line.kind) {
      case 'leave':
        return this.#lines?.close();
      case 'as':
        this.#as = line.name;
        return this.#say(words.nowAs(line.name));
      case 'help':
        return this.#say(words.help);
      case 'wrong':
        return this.#say(line.complaint);
      case 'said':
        this.#pass(line.message, hear);
    }
    this.#prompt();
  }

  #pass(message: ChatMessage, hear: Hear): void {
    this.#open.set(message.id, message.text);
    this.#lastSaid = message.id;
    hear(message).catch((cause: Error) => {
      this.#open.delete(message.id);
      this.#say(words.notSent(cause.message));
    });
  }

  /** The first Ctrl-C while something runs says so; the next, or one while nothing runs, leaves. */
  #interrupted(): void {
    if (this.#open.size === 0 || this.#warned) return this.#lines?.close();
    this.#warned = true;
    this.#say(words.stillRunning);
  }

  #say(text: string): void {
    this.#above(`${dim(text, this.options.colour)}\n`);
  }

  /** Writes above the prompt, then the prompt again with what was being typed, the cursor where it was. */
  #above(text: string): void {
    const { output } = this.options;
    if (!this.#lines) return void output.write(text);
    const { rows } = this.#lines.getCursorPos();
    moveCursor(output, 0, -rows);
    cursorTo(output, 0);
    clearScreenDown(output);
    // The prompt is redrawn from as many rows further up as it took before.
    output.write(text + '\n'.repeat(rows));
    this.#prompt();
  }

  /** What runs is part of the prompt, so that it is edited in place. */
  #prompt(): void {
    const running = [...this.#running.values()]
      .slice(-3)
      .map((text) => `${dim(text, this.options.colour)}\n`);
    const who = this.#as === this.options.as ? '' : ` (${this.#as})`;
    this.#lines?.setPrompt(`${running.join('')}chasqui${who}> `);
    this.#lines?.prompt(true);
  }
}

/** The last line of a text, short enough not to wrap. */
function lastLine(text: string): string {
  return (text.trimEnd().split('\n').at(-1) ?? '').slice(0, 78);
}
