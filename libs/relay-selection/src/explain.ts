import type { DriverName } from '@chasqui/contracts';
import { meets } from './matches.js';
import {
  driverFor,
  fitsPlatform,
  platformsOf,
  takesWork,
  type NeededDriver,
  type RelayState,
  type RelayView,
  type Runnable,
} from './relay-view.js';
import type { SelectorSource, Wanted } from './wanted.js';

/** What a sentence about "no relay" needs. Lists of relays are cut at five. */
export interface NoRelayFacts {
  /** How many relays there are, in whatever state. */
  readonly relays: number;
  readonly driver: NeededDriver;
  /** For each requirement who wants it, how many relays meet it, and how many of those take work now. */
  readonly requirements: readonly {
    readonly text: string;
    readonly from: readonly SelectorSource[];
    readonly matching: number;
    readonly online: number;
  }[];
  /** Relays that could run it now, but for the one requirement that each of them fails. */
  readonly nearMisses: readonly { readonly relay: string; readonly fails: string }[];
  /** Relays that meet everything, but take no work now; the one that changed last stands first. */
  readonly unavailable: readonly Unavailable[];
  /** Relays that meet every requirement and take work, but lack a driver that fits. */
  readonly lackingDriver: readonly { readonly relay: string; readonly drivers: readonly DriverName[] }[];
  /** What the command is made for, where that is declared. */
  readonly platforms?: readonly string[];
  /** Relays that meet every requirement, take work and have a driver, and run other platforms. */
  readonly otherPlatform?: readonly { readonly relay: string; readonly platforms: readonly string[] }[];
}

/** A relay that would do but for its state. */
export interface Unavailable {
  readonly relay: string;
  readonly state: Exclude<RelayState, 'online' | 'suspect'>;
  readonly since: number;
  /** What its operator said when draining or pausing it. */
  readonly note?: string;
}

const shown = 5;

/** Why no relay will do, and which ones come nearest. */
export function explain(
  wanted: readonly Wanted[],
  need: Runnable,
  relays: readonly RelayView[],
): NoRelayFacts {
  const counts = wanted.map(({ text, from }) => ({ text, from, matching: 0, online: 0 }));
  const nearMisses: { relay: string; fails: string }[] = [];
  const unavailable: Unavailable[] = [];
  const lackingDriver: { relay: string; drivers: readonly DriverName[] }[] = [];
  const otherPlatform: { relay: string; platforms: readonly string[] }[] = [];

  for (const relay of relays) {
    const hasDriver = driverFor(need.driver, relay) !== undefined;
    const fits = hasDriver && fitsPlatform(need, relay);
    const failed: string[] = [];
    wanted.forEach(({ requirement, text }, index) => {
      if (!meets(requirement, relay)) return failed.push(text);
      counts[index]!.matching++;
      if (takesWork(relay)) counts[index]!.online++;
    });
    const { state, since, note } = relay;
    if (state !== 'online' && state !== 'suspect') {
      // One that was never seen has not told us its drivers yet.
      const mayFit = fits || state === 'never-seen';
      if (failed.length === 0 && mayFit) {
        unavailable.push({ relay: relay.name, state, since, ...(note && { note }) });
      }
    } else if (failed.length === 0 && !hasDriver) {
      lackingDriver.push({ relay: relay.name, drivers: relay.drivers });
    } else if (failed.length === 0 && !fits) {
      otherPlatform.push({ relay: relay.name, platforms: platformsOf(need.driver, relay) });
    } else if (failed.length === 1 && fits) {
      nearMisses.push({ relay: relay.name, fails: failed[0]! });
    }
  }

  return {
    relays: relays.length,
    driver: need.driver,
    requirements: counts,
    nearMisses: nearMisses.toSorted((a, b) => byName(a.relay, b.relay)).slice(0, shown),
    unavailable: unavailable
      .toSorted((a, b) => b.since - a.since || byName(a.relay, b.relay))
      .slice(0, shown),
    lackingDriver: lackingDriver.toSorted((a, b) => byName(a.relay, b.relay)).slice(0, shown),
    ...(need.platforms && {
      platforms: need.platforms,
      otherPlatform: otherPlatform.toSorted((a, b) => byName(a.relay, b.relay)).slice(0, shown),
    }),
  };
}

function byName(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
