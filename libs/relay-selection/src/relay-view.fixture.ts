import type { RelayView } from './relay-view.js';

/** A relay of Frankfurt that is online and idle. */
export function relay(name: string, more: Partial<RelayView> = {}): RelayView {
  return {
    name,
    tags: ['dc=fra'],
    state: 'online',
    since: 0,
    drivers: ['process'],
    inFlight: 0,
    slots: 4,
    ...more,
  };
}
