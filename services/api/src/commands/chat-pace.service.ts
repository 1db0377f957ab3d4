import { refusal, type ChatMessage } from '@chasqui/contracts';
import { renderRefusal } from '@chasqui/replies';
import { Inject, Injectable } from '@nestjs/common';
import { SealedReplies } from '../adapters/sealed-replies.service.js';
import type { ApiConfig } from '../config.js';
import { Events } from '../events.js';
import { Pace } from '../pace.js';
import { CONFIG } from '../parts.js';
import { addressFor, replyMessages } from '../runs/reply-to.js';

/** As that of an apology: whatever a run says takes its place. */
const seq = 1;

/**
 * How much one person may say. What is too much is not run, and not written down either: a flood must cost less than what it floods. Whoever
 * said it is told once, and what they say when the time is over is heard again.
 */
@Injectable()
export class ChatPace {
  private readonly pace: Pace;
  /** Until when those who were told need not be told again. Milliseconds since the epoch. */
  private readonly told = new Map<string, number>();

  constructor(
    private readonly events: Events,
    private readonly replies: SealedReplies,
    @Inject(CONFIG) private readonly config: ApiConfig,
  ) {
    this.pace = new Pace(config.rates?.lines);
  }

  /** False where it is too much and is not to be run. @throws Outage if that cannot be said; then the message comes again */
  async allows(message: ChatMessage, runId: string, now: number): Promise<boolean> {
    const person = [message.adapter, message.workspace ?? '', message.sender.id].join('\n');
    const tooOften = this.pace.take(person, now);
    if (!tooOften) return true;
    if ((this.told.get(person) ?? 0) > now) return false;
    const until = now + tooOften.retryAfterMs;
    const why = refusal('too-many-lines', { ...this.config.rates!.lines!, until, now });
    await this.replies.publish(...replyMessages(addressFor(runId, message), renderRefusal(why), seq));
    this.forgetThePast(now);
    this.told.set(person, until);
    this.events.messagesTooMany(runId, message.adapter, message.sender.id);
    return false;
  }

  private forgetThePast(now: number): void {
    for (const [person, until] of this.told) if (until <= now) this.told.delete(person);
  }
}
