import { z } from 'zod';

/** A relay, and whether it would take work that a selector and perhaps a command ask for. */
export const RelayMatch = z.object({
  name: z.string(),
  tags: z.array(z.string()),
  state: z.string(),
  /** Since when it is in that state. */
  since: z.iso.datetime(),
  /** What its operator said when draining or pausing it. */
  note: z.string().optional(),
  inFlight: z.number(),
  slots: z.number(),
  outcome: z.enum([
    'takes-work',
    /** It would have to wait there for a free slot. */
    'queues',
    /** It was not heard for a while: it is taken only where no other is online. */
    'only-suspect',
    'unavailable',
    'no-driver',
    'no-platform',
    'no-match',
  ]),
  /** For `no-match`: the requirements that it fails. */
  fails: z.array(z.string()).optional(),
  /** For `no-platform`: what it runs. */
  platforms: z.array(z.string()).optional(),
});
export type RelayMatch = z.infer<typeof RelayMatch>;

/** Which relays match, which of them would take work, and why the others would not: the answer of `GET /relay-matches`. */
export const RelayMatches = z.object({
  /** All that has to hold, in canonical form. */
  selector: z.string(),
  /** `bundle:command`, where the question was about one. */
  command: z.string().optional(),
  /** Those that would take work first, those that do not match last. */
  relays: z.array(RelayMatch),
});
export type RelayMatches = z.infer<typeof RelayMatches>;
