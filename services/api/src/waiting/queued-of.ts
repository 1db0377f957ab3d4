import { choose, type Need, type RelayView } from '@chasqui/relay-selection';
import type { Queued } from '@chasqui/replies';
import type { Standing } from './standing.js';

/** What a stage asks of a relay, as its run's plan keeps it. */
export interface KeptNeed {
  /** In canonical form; empty where there is none. */
  readonly selector: string;
  readonly image: string | null;
  readonly platforms: readonly string[] | null;
}

export function needOfKept({ selector, image, platforms }: KeptNeed): Need {
  return {
    selectors: selector === '' ? [] : [{ from: 'person', selector }],
    driver: image === null ? 'process' : 'container',
    ...(platforms && { platforms }),
  };
}

/** Where an execution stands that waits, as it is told: with what is amiss with the relays, where it waits for one. */
export function queuedOf(standing: Standing, relays: readonly RelayView[], now: number): Queued {
  const { runId, command, waitsFor, position, until, key, most, holders, need } = standing;
  const common = { runId, command, waitsFor, position, until, now };
  if (waitsFor === 'lock') return { ...common, lock: key, holders };
  if (waitsFor === 'limit') return { ...common, most, holders };
  const choice = choose(needOfKept(need), relays, runId);
  return { ...common, noRelay: choice.kind === 'none' ? { ...choice.facts, selector: choice.selector } : {} };
}
