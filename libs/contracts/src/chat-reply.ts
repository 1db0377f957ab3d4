import { z } from 'zod';

/** One neutral block of a reply. Each adapter draws them its own way; one it cannot draw it prints as text. */
export const Block = z.discriminatedUnion('kind', [
  /** A paragraph. `tone` is a hint of colour. */
  z.object({
    kind: z.literal('text'),
    text: z.string(),
    tone: z.enum(['plain', 'good', 'bad', 'quiet']).optional(),
  }),
  /** Text to be shown as it is, in a fixed-width face. */
  z.object({
    kind: z.literal('code'),
    text: z.string(),
    /** What it is written in: `json`, `diff`. */
    language: z.string().optional(),
  }),
  /** Names and values side by side. */
  z.object({ kind: z.literal('fields'), fields: z.array(z.object({ name: z.string(), value: z.string() })) }),
  z.object({ kind: z.literal('table'), columns: z.array(z.string()), rows: z.array(z.array(z.string())) }),
  z.object({ kind: z.literal('divider') }),
  /** A title over what follows; `color` is `#rrggbb` and colours all of the reply where a chat can do that. */
  z.object({ kind: z.literal('header'), text: z.string(), color: z.string().optional() }),
  z.object({ kind: z.literal('link'), url: z.string(), text: z.string() }),
  /** `alt` is what is shown where no image can be. */
  z.object({
    kind: z.literal('image'),
    url: z.string(),
    alt: z.string(),
    thumbnail: z.boolean().optional(),
  }),
]);
export type Block = z.infer<typeof Block>;

/** How far the run is: `running` replies are edited in place, the `succeeded`, `failed`, … one is the last but for a `lost` one, which the truth may replace. */
export const ReplyMark = z.enum([
  'running',
  'succeeded',
  'failed',
  'timed-out',
  'cancelled',
  'refused',
  'expired',
  'lost',
  'error',
]);
export type ReplyMark = z.infer<typeof ReplyMark>;

/**
 * What an adapter is to show for one run. A run has one message in the chat: a reply with a higher `seq` replaces what
 * was shown for the same `runId` (and `slot`), one with a lower or equal `seq` is ignored.
 */
export const ChatReply = z.object({
  runId: z.string(),
  /** Which of the run's messages: none is the answer where it was asked; each place that the result was sent to has its own. */
  slot: z.string().optional(),
  seq: z.number().int().nonnegative(),
  adapter: z.string(),
  workspace: z.string().optional(),
  room: z.string(),
  thread: z.string().optional(),
  /** The provider's id of the person who asked. */
  recipient: z.string(),
  /** The `ChatMessage.id` this answers. */
  inReplyTo: z.string(),
  mark: ReplyMark,
  blocks: z.array(Block),
  /** The same in plain text, for chats and notifications that draw nothing. */
  text: z.string(),
  /** The command's own exit code, once there is one. */
  exitCode: z.number().int().optional(),
  /** Small files that the command made, for chats that can show them; others say where they are. */
  files: z.array(z.object({ name: z.string(), base64: z.base64() })).optional(),
  /** When the API sealed it, by its clock: what is brought again much later is not shown. Milliseconds since the epoch. */
  at: z.number().int().optional(),
});
export type ChatReply = z.infer<typeof ChatReply>;
