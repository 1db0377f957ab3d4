import { isOutage, type ChatMessage } from '@chasqui/contracts';
import { renderBug, renderWaiting, type Rendered } from '@chasqui/replies';
import { Inject, Injectable } from '@nestjs/common';
import { SealedReplies } from '../adapters/sealed-replies.service.js';
import type { ApiConfig } from '../config.js';
import { Events } from '../events.js';
import { CONFIG } from '../parts.js';
import { addressFor, replyMessages } from '../runs/reply-to.js';

/** A message that this instance could not handle just now. */
export interface Failure {
  readonly message: ChatMessage;
  readonly runId: string;
  readonly cause: unknown;
  /** There is no other try. */
  readonly last: boolean;
}

/** What passes sooner after a line was said is not worth a word, in milliseconds. */
const patienceMs = 2_000;

/** Below those of every reply to a run on record, which therefore takes their place, also where a parked message is brought back. */
const seqs = { waiting: 0, bug: 1 };

/**
 * Tells whoever said something that it waits, or that it came to nothing. Straight to the chat and with nothing from the database, which
 * may be what is away.
 */
@Injectable()
export class Apologies {
  /** Those who were told that they wait. */
  private readonly waiting = new Set<string>();

  constructor(
    private readonly events: Events,
    private readonly replies: SealedReplies,
    @Inject(CONFIG) private readonly config: ApiConfig,
  ) {}

  /** Says what there is to be said after one more try. @throws Outage if that cannot be published; then the message comes again, and with it this */
  async failed({ message, runId, cause, last }: Failure): Promise<void> {
    if (isOutage(cause) && cause.retryable) return this.waits(message, runId, cause.code);
    if (!last) return;
    await this.say(message, runId, renderBug(runId), seqs.bug);
    this.events.messageFailed(runId, cause);
    this.over(runId);
  }

  over(runId: string): void {
    this.waiting.delete(runId);
  }

  private async waits(message: ChatMessage, runId: string, code: string): Promise<void> {
    const now = Date.now();
    if (this.waiting.has(runId) || now < message.saidAt + patienceMs) return;
    const until = message.saidAt + this.config.timing.takeWithinMs;
    await this.say(message, runId, renderWaiting({ code, runId, until, now }), seqs.waiting);
    this.waiting.add(runId);
    this.events.messageWaits(runId, code);
  }

  private say(message: ChatMessage, runId: string, rendered: Rendered, seq: number): Promise<void> {
    return this.replies.publish(...replyMessages(addressFor(runId, message), rendered, seq));
  }
}
