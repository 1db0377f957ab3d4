import { z } from 'zod';
import type { KeyRing } from './key-ring.js';

/** A token as it may be shown: when it came and went, never what it is. */
export const ToldToken = z.object({
  createdAt: z.iso.datetime(),
  until: z.iso.datetime().optional().describe('when it stops; absent for the one that stays'),
  inUse: z.boolean().describe('whether what is sent is sealed with it: it was used last'),
  usedSince: z.iso.datetime().optional(),
  lastUsedAt: z.iso.datetime().optional(),
});
export type ToldToken = z.infer<typeof ToldToken>;

/** How a token is exchanged. */
export const rotation = z.object({
  overlap: z
    .string()
    .regex(/^\d+(ms|s|m|h|d)$/, 'is written like 24h, 30m or 0s')
    .default('24h')
    .describe('how long the tokens there are go on'),
});
export type Rotation = z.infer<typeof rotation>;

const units = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** In milliseconds; at most 90 days. */
export function overlapMs({ overlap }: Rotation): number {
  const [, count, unit] = /^(\d+)([a-z]+)$/.exec(overlap)!;
  return Math.min(Number(count) * units[unit as keyof typeof units], 90 * units.d);
}

/** The tokens of a ring, the newest first, less those that have stopped. */
export function toldTokens(ring: KeyRing<unknown> | undefined, now: number): ToldToken[] {
  const inUse = ring?.inUse(now);
  return (ring?.held ?? [])
    .filter(({ until }) => until === undefined || until > now)
    .map((one) => ({
      createdAt: iso(one.createdAt),
      ...(one.until !== undefined && { until: iso(one.until) }),
      inUse: one.n === inUse?.n && one.usedAt !== undefined,
      ...(one.usedSince !== undefined && { usedSince: iso(one.usedSince) }),
      ...(one.usedAt !== undefined && { lastUsedAt: iso(one.usedAt) }),
    }));
}

function iso(time: number): string {
  return new Date(time).toISOString();
}
