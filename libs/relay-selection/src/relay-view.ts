import type { DriverName } from '@chasqui/contracts';

/** A relay as the API knows it. */
export interface RelayView {
  readonly name: string;
  /** As written: `key` or `key=value`. Parsed once for each array, so keep the same array while it does not change. */
  readonly tags: readonly string[];
  /** Those among them that an operator gave it; the others it says of itself. */
  readonly givenTags?: readonly string[];
  readonly state: RelayState;
  /** Since when it is in that state, in milliseconds. */
  readonly since: number;
  readonly drivers: readonly DriverName[];
  readonly inFlight: number;
  readonly slots: number;
}

export type RelayState = 'online' | 'suspect' | 'offline' | 'never-seen' | 'draining' | 'disabled';

/** What a command needs to run: the process driver, or any driver that runs images. */
export type NeededDriver = 'process' | 'container';

export function takesWork(relay: RelayView): boolean {
  return relay.state === 'online' || relay.state === 'suspect';
}

/** The first of the relay's drivers that fits: its own order is its preference. */
export function driverFor(needed: NeededDriver, relay: RelayView): DriverName | undefined {
  return relay.drivers.find((name) => (name === 'process') === (needed === 'process'));
}
