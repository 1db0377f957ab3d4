import { z } from 'zod';
import { ChatMessage } from './chat-message.js';
import { ChatReply } from './chat-reply.js';
import { DeadLetter } from './dead-letter.js';

/** A JWE in compact form (RFC 7516 §7.1): what stands on the topics that the broker may not read. */
export const sealedText = z
  .string()
  .max(1_500_000)
  .regex(
    /^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+$/,
    'not a sealed message',
  );

/**
 * A topic: its name before the configured prefix, the schema of what stands on it (checked where it enters a process), and
 * how long it is kept. A name with `:relay` or `:adapter` in it stands for one topic each; the process that listens fills it in.
 */
export interface Topic<T = unknown> {
  readonly name: string;
  readonly schema: z.ZodType<T>;
  readonly retentionMs: number;
  readonly partitions: number;
}

const minutes = 60_000;
const days = 24 * 60 * minutes;

/** Every topic there is. Keys: chat by adapter and room, orders and reports by execution, heartbeats by relay, replies by room and thread. */
export const topics = {
  chatMessages: topic('chat.messages', ChatMessage, 7 * days, 6),
  chatReplies: topic('chat.replies.:adapter', ChatReply, 7 * days, 3),
  relayOrders: topic('relay.:relay.orders', sealedText, 1 * days, 1),
  relayReports: topic('relay.reports', sealedText, 7 * days, 6),
  relayHeartbeats: topic('relay.heartbeats', sealedText, 10 * minutes, 1),
  deadLetters: topic('dead-letters', DeadLetter, 30 * days, 1),
};

function topic<T>(name: string, schema: z.ZodType<T>, retentionMs: number, partitions: number): Topic<T> {
  return { name, schema, retentionMs, partitions };
}
