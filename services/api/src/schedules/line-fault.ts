import { isRefusal, refusal, type Refusal, type RefusalCode } from '@chasqui/contracts';
import type { BuiltInName } from '../built-ins/names.js';
import type { Decision } from '../commands/decide.js';

/** No scheduled line is longer, in UTF-16 units. */
export const longestLine = 10_000;

/**
 * Refusals that are about who asks, where things are or how they are just now: the line may well run when its time comes. With any other it
 * never would.
 */
const mayPass: ReadonlySet<RefusalCode> = new Set<RefusalCode>([
  'no-rules',
  'no-rule-holds',
  'not-allowed',
  'denied-by-rule',
  'relay-protected',
  'no-relay',
  'config-missing',
  'config-broken',
  'no-result',
  'no-history',
]);

/** What Chasqui answers by itself and only to somebody who is there. */
const notForSchedules: ReadonlySet<BuiltInName> = new Set<BuiltInName>(['schedule', 'register']);

/** What was found wrong with a line that is to be scheduled: a fault, with which it is not taken, or what would stand in its way now. */
export function lineFault(decision: Decision): { readonly fault?: Refusal; readonly warning?: Refusal } {
  if (decision.kind === 'answer' && notForSchedules.has(decision.builtIn))
    return { fault: refusal('bad-schedule', { fault: 'built-in', text: decision.builtIn }) };
  if (decision.kind === 'stranger')
    return { fault: refusal('bad-schedule', { fault: 'built-in', text: 'register' }) };
  if (decision.kind !== 'refused') return {};
  const { refusal: why } = decision;
  return isRefusal(why) && mayPass.has(why.code) ? { warning: why } : { fault: why };
}
