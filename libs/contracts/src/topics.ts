import { z } from 'zod';
import { DeadLetter } from './dead-letter.js';

/** A JWE in compact form (RFC 7516 §7.1): what stands on the topics that the broker may not read. */
export const sealedText = z
  .string()
  .max(2_000_000)
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

/**
 * Every topic there is. Keys: chat messages by room and replies by room and thread, both hidden; orders and reports by execution,
 * heartbeats by relay. Sealed are a `ChatMessage`, a `ChatReply`, a `ToRelay`, a `Report` and a `Heartbeat`.
 */
export const topics = {
  /** What is not sealed comes through as empty text, so that who takes it can refuse it in its own words, and count it. */
  chatMessages: topic('chat.messages', sealedText.catch(''), 7 * days, 6),
  chatReplies: topic('chat.replies.:adapter', sealedText, 7 * days, 3),
  relayOrders: topic('relay.:relay.orders', sealedText, 1 * days, 1),
  relayReports: topic('relay.reports', sealedText, 7 * days, 6),
  relayHeartbeats: topic('relay.heartbeats', sealedText, 10 * minutes, 1),
  deadLetters: topic('dead-letters', DeadLetter, 30 * days, 1),
};

function topic<T>(name: string, schema: z.ZodType<T>, retentionMs: number, partitions: number): Topic<T> {
  return { name, schema, retentionMs, partitions };
}
