import type { Rate } from '@chasqui/settings';

/**
 * How often, where nobody says: far above what people and their scripts do, so that only what runs wild meets them. An instance counts for
 * itself alone.
 */
export const usualRates = {
  reads: { most: 100_000, withinMs: 10_000 },
  writes: { most: 1_000, withinMs: 10_000 },
  signIn: { most: 20, withinMs: 60_000 },
  unknown: { most: 600, withinMs: 60_000 },
  lines: { most: 60, withinMs: 60_000 },
} satisfies Record<string, Rate>;
