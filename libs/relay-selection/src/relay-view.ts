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
  /** What its operator said when draining or pausing it: "kernel update until 14:00". */
  readonly note?: string;
  readonly drivers: readonly DriverName[];
  /** What its machine is: `linux/amd64`; undefined where it was never heard. */
  readonly platform?: string;
  /** What its container engine runs, where it tells; otherwise that is taken to be what its machine is. */
  readonly enginePlatforms?: readonly string[];
  readonly inFlight: number;
  readonly slots: number;
}

/** `draining` finishes what it has and takes nothing new, by its operator's word or because it stops; a `paused` one is merely given nothing new. */
export type RelayState = 'online' | 'suspect' | 'offline' | 'never-seen' | 'draining' | 'paused' | 'disabled';

/** What a command needs to run: the process driver, or any driver that runs images. */
export type NeededDriver = 'process' | 'container';

export function takesWork(relay: RelayView): boolean {
  return relay.state === 'online' || relay.state === 'suspect';
}

/** What runs there, or waits for its turn there, already takes all that it does at once: what comes next waits in its queue. */
export function isFull({ inFlight, slots }: Pick<RelayView, 'inFlight' | 'slots'>): boolean {
  return inFlight >= slots;
}

/** The platforms on which a relay runs what needs such a driver. */
export function platformsOf(needed: NeededDriver, relay: RelayView): readonly string[] {
  const machine = relay.platform === undefined ? [] : [relay.platform];
  return needed === 'process' ? machine : (relay.enginePlatforms ?? machine);
}

/** Whether a relay runs what is made for one of these platforms; none means that nothing is declared, and nothing is guessed then. */
export function fitsPlatform({ driver, platforms = [] }: Runnable, relay: RelayView): boolean {
  if (platforms.length === 0) return true;
  const there = platformsOf(driver, relay);
  return platforms.some((platform) => there.includes(platform));
}

/** What a command needs to be able to run at all. */
export interface Runnable {
  readonly driver: NeededDriver;
  /** Those that its image or program is made for, as its bundle declares: `linux/arm64`. Any of them will do. */
  readonly platforms?: readonly string[];
}

/** The first of the relay's drivers that fits: its own order is its preference. */
export function driverFor(needed: NeededDriver, relay: RelayView): DriverName | undefined {
  return relay.drivers.find((name) => (name === 'process') === (needed === 'process'));
}
