import { z } from 'zod';

/** Where people are sent when nothing else was asked for. */
export const home = '/signed-in';

/**
 * A path of this very server, to go on to after signing in. What a browser would read as another host (`//host`, `/\host`, control characters
 * that it drops) is refused, so that no link to our sign-in page leads elsewhere.
 */
export const ReturnTo = z
  .string()
  .max(1_000)
  // What of it can be said in a pattern stands in /openapi.json.
  .regex(/^\/(?:[\x21-\x2e\x30-\x5b\x5d-\x7e][\x21-\x5b\x5d-\x7e]*)?$/, 'is not a path of this server')
  .refine(isOwnPath, 'is not a path of this server')
  .describe('A path of this server to go on to afterwards.');

export function isOwnPath(path: string): boolean {
  if (!/^\/(?![/\\])[\x21-\x5b\x5d-\x7e]*$/.test(path)) return false;
  const here = 'http://here.invalid';
  return URL.canParse(path, here) && new URL(path, here).origin === here;
}
