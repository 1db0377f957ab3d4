import type { RelayFault, RunEnd } from '@chasqui/replies';

/** Refusals and failures that say something about the relay or its engine, and nothing about the command. */
const faults: ReadonlyMap<string, RelayFault> = new Map([
  ['order-late', 'expired'],
  ['relay-stopping', 'stopping'],
  ['journal-full', 'journal'],
  ['journal-unavailable', 'journal'],
  ['no-driver', 'engine'],
  ['engine-unavailable', 'engine'],
]);

/**
 * What was the matter with the relay, where that is how an execution ended. Undefined where the command came to an end of its own: its exit
 * code, its timeout, a refusal by policy, an image that cannot be had. Pure.
 */
export function relayFaultOf(end: RunEnd): RelayFault | undefined {
  switch (end.kind) {
    case 'lost':
      return end.revoked ? 'revoked' : 'lost';
    case 'unknown':
    case 'expired':
      return end.kind;
    case 'refused':
    case 'not-started':
      return faults.get(end.code);
    default:
      return undefined;
  }
}
