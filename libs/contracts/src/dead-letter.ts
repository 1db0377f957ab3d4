import { z } from 'zod';

/** A message that nobody could read or handle, kept for an operator with where it came from and why. */
export const DeadLetter = z.object({
  topic: z.string(),
  key: z.string().optional(),
  headers: z.record(z.string(), z.string()),
  /** The message as it was: text where it is UTF-8, base64 where it is not. At most 256 KiB, cut beyond. */
  text: z.string().optional(),
  base64: z.string().optional(),
  reason: z.enum(['malformed', 'unsealed', 'failed']),
  detail: z.string(),
  parkedBy: z.string(),
  parkedAt: z.number().int(),
});
export type DeadLetter = z.infer<typeof DeadLetter>;
