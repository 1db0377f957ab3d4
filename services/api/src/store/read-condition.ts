import type { Condition } from './entries.js';
import { storeProblems } from './store-problems.js';

/** The condition in a request's headers (RFC 9110 §13.1), as far as a store needs it. @throws Problem 400 for any other */
export function readCondition(
  ifMatch: string | undefined,
  ifNoneMatch: string | undefined,
): Condition | undefined {
  if (ifMatch === undefined && ifNoneMatch === undefined) return undefined;
  if (ifMatch === undefined && ifNoneMatch?.trim() === '*') return 'not-there';
  if (ifNoneMatch === undefined && ifMatch?.trim() === '*') return 'there';
  const version = /^\s*"?(\d{1,19})"?\s*$/.exec(ifMatch ?? '')?.[1];
  if (ifNoneMatch !== undefined || version === undefined) throw storeProblems.badCondition();
  return { version };
}
