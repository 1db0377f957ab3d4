import { SettingsError } from './read-settings.js';

/**
 * Why a process could not start, in words for whoever started it, and the exit code for whoever watches it: 78 (`EX_CONFIG` of
 * sysexits.h) where settings have to be mended, 1 otherwise. What the system said, a port that is taken, speaks for itself; anything
 * else is a fault of ours and comes with its stack.
 */
export function whyNotStarted(error: unknown): { why: string; exitCode: number } {
  if (error instanceof SettingsError) return { why: error.message, exitCode: 78 };
  const { message, stack, syscall } = error as NodeJS.ErrnoException;
  return { why: syscall === undefined ? (stack ?? String(error)) : message, exitCode: 1 };
}
