/** How many schedules there may be, and how often they fire. */
export interface ScheduleLimits {
  /** Of one person. */
  readonly most: number;
  /** Between two firings of one schedule, in milliseconds. */
  readonly shortestMs: number;
}

export const usualScheduleLimits: ScheduleLimits = { most: 50, shortestMs: 60_000 };
