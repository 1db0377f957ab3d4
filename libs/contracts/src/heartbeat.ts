import { z } from 'zod';
import { RelayName } from './names.js';
import { DriverName } from './order.js';

/** What a relay says of itself every five seconds on `relay.heartbeats`, sealed. Times in milliseconds since the epoch. */
export const Heartbeat = z.object({
  kind: z.literal('heartbeat'),
  relay: RelayName,
  /** A new one for each process, so that a restart shows. */
  instance: z.string(),
  version: z.string(),
  startedAt: z.number().int(),
  /** When it was sent, by the relay's clock. */
  sentAt: z.number().int(),
  /**
   * When it was sent, by the API's clock as the relay reckons it; absent until a `welcome` told it that. Only such a heartbeat shows that a
   * relay lives, and that it lived then: one that is kept and sent again later says nothing new.
   */
  at: z.number().int().optional(),
  /** Asks for a `welcome`; present until one has come, and once a minute after that. */
  nonce: z.string().optional(),
  /** `key` or `key=value`, as configured. */
  tags: z.array(z.string()),
  drivers: z.array(DriverName),
  /** `linux/amd64` */
  platform: z.string(),
  inFlight: z.number().int().nonnegative(),
  slots: z.number().int().positive(),
  draining: z.boolean(),
  /** How far this machine's clock is ahead of the API's, in milliseconds; negative where it is behind. Absent until a `welcome` told it that. */
  clockOffsetMs: z.number().int().optional(),
  /** What its container drivers run, like `linux/arm64`; absent where they cannot tell, or before one was needed. */
  platforms: z.array(z.string().max(64)).max(16).optional(),
  /** The digests of images that it ran lately, the last one first. */
  images: z.array(z.string().max(512)).max(50).optional(),
});
export type Heartbeat = z.infer<typeof Heartbeat>;
