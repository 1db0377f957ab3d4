import { z } from 'zod';
import { fileLimits, GivenFile } from './files.js';

/**
 * What a person said to us, free of any provider's markup and without what addressed us (the `!`, the mention).
 * Adapters publish it on `chat.messages`; `POST /runs` makes one too. Times are milliseconds since the epoch.
 */
export const ChatMessage = z.object({
  /** The adapter's own id of the event; the same event heard twice has the same id, and runs once. */
  id: z.string().min(1).max(200),
  /** Which adapter heard it, and so where replies go: `slack`, `terminal`, `http`. */
  adapter: z.string().min(1).max(64),
  /** The provider's workspace (Slack team), where there is one. */
  workspace: z.string().optional(),
  room: z.object({ id: z.string(), name: z.string().optional(), direct: z.boolean() }),
  /** The thread it stands in, or is to be answered in. */
  thread: z.string().optional(),
  /** Who said it, in the provider's words. `id` never changes; `name` may. */
  sender: z.object({ id: z.string(), name: z.string().optional() }),
  /** How it reached us. */
  addressed: z.enum(['prefix', 'mention', 'direct', 'slash', 'api']),
  text: z.string().max(100_000),
  /** The rooms and people that the text names with `#name` and `@name`, where the provider said which they are. `id` is the provider's. */
  mentions: z
    .array(z.object({ kind: z.enum(['room', 'person']), name: z.string(), id: z.string() }))
    .max(100)
    .optional(),
  /** Files that came with it. */
  files: z.array(GivenFile).max(fileLimits.inCount).optional(),
  saidAt: z.number().int(),
});
export type ChatMessage = z.infer<typeof ChatMessage>;
