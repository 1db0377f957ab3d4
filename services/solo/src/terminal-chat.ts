import type { Readable, Writable } from 'node:stream';
import type { Chat, Hear } from '@chasqui/chat';
import type { ChatReply } from '@chasqui/contracts';
import { LiveTerminal } from './terminal-live.js';
import { PipedTerminal } from './terminal-piped.js';

export interface TerminalOptions {
  readonly input: Readable;
  readonly output: Writable;
  /** Where complaints go when lines are piped in: standard error. Without it, `output`. */
  readonly errors?: Writable;
  /** Whose lines these are, until `/as` says otherwise. */
  readonly as: string;
  readonly colour: boolean;
  /** A person sits at it; else lines are piped in, and each waits for the answer to the one before. */
  readonly interactive: boolean;
  /** Where typed lines are remembered between sessions. */
  readonly historyFile?: string;
  /** How long a piped line waits for an answer, or for the next sign of one. Longer than any command may run. */
  readonly answerWithinMs?: number;
}

/** A chat in a terminal, or with whatever is piped into one. It is its own room, and every line in it is said to us. */
export class TerminalChat implements Chat {
  readonly name = 'terminal';
  readonly #terminal: LiveTerminal | PipedTerminal;

  constructor(options: TerminalOptions) {
    this.#terminal = options.interactive ? new LiveTerminal(options) : new PipedTerminal(options);
  }

  /** Until the input ends or the person leaves; when piped, until the last line has its answer too. */
  listen(hear: Hear, signal: AbortSignal): Promise<void> {
    return this.#terminal.listen(hear, signal);
  }

  post(reply: ChatReply): Promise<void> {
    return this.#terminal.post(reply);
  }

  /** How many piped lines did not succeed. Always 0 where a person sat at it. */
  get failed(): number {
    return this.#terminal.failed;
  }
}
