import type { OnEach } from '@chasqui/command-language';
import { refusal, type Refusal } from '@chasqui/contracts';
import { considerRelays, driverFor, type Considered, type RelayView } from '@chasqui/relay-selection';
import type { JudgedRule } from './authorise.js';
import type { Entry } from './catalogue.js';
import { failuresAllowed, mostTargets, waveSizes, type FanOut, type LeftOut } from './fan-out.js';
import { needOf, place, type Relays } from './place.js';
import type { RelayLimits } from './relay-limits.js';

/** All places for a command that runs on each relay that matches, or why there is none; and how the rules came out that look at relays. */
export interface EachPlacing {
  readonly each?: FanOut;
  /** In canonical form. */
  readonly selector?: string;
  readonly refusal?: Refusal;
  readonly judged: readonly JudgedRule[];
}

/** So many relays that were left out are kept with a run. */
const mostLeftOut = 100;

/**
 * Finds every relay for a command that matches, takes work, has what it needs, and is not out by `limits`. Those that match and are not
 * among them are told of, with why. Where there is none it is refused as a line for one relay would be.
 */
export function placeEach(
  entry: Entry,
  asked: OnEach,
  known: Relays,
  limits: RelayLimits | undefined,
): EachPlacing {
  const one = place(entry, asked.selector.text, known, limits);
  if (!one.place) return { refusal: one.refusal, judged: one.judged };
  const need = needOf(entry, asked.selector.text, known);
  const considered = considerRelays(need, known.relays, known.key);
  // Only a selector that cannot be read, which `place` has told of.
  if ('kind' in considered) return { judged: [] };

  const byName = new Map(known.relays.map((relay) => [relay.name, relay]));
  const matching = considered
    .filter(({ outcome }) => outcome !== 'no-match')
    .toSorted((a, b) => (a.relay < b.relay ? -1 : 1));
  const targets: { relay: RelayView; judged: readonly JudgedRule[] }[] = [];
  const leftOut: LeftOut[] = [];
  for (const relay of matching) {
    const view = byName.get(relay.relay)!;
    const limited = limits?.(view);
    const why = whyLeftOut(relay, limited?.out?.by);
    if (why) leftOut.push(why);
    else targets.push({ relay: view, judged: limited?.judged ?? [] });
  }
  if (targets.length > mostTargets) {
    const facts = { command: entry.fullName, targets: targets.length, most: mostTargets };
    return { refusal: refusal('too-many-targets', facts), judged: one.judged };
  }
  const each: FanOut = {
    targets: targets.map(({ relay }) => ({ relay: relay.name, driver: driverFor(need.driver, relay)! })),
    waves: waveSizes(asked.waves?.sizes, targets.length),
    maxFailures: failuresAllowed(asked, targets.length),
    pauseMs: asked.pause?.ms ?? 0,
    leftOut: leftOut.slice(0, mostLeftOut),
    leftOutInAll: leftOut.length,
  };
  // Relays that are alike were judged once.
  const judged = [...new Set(targets.map((target) => target.judged))].flat();
  return { each, selector: one.place.selector, judged };
}

/** That a relay is protected is said; which one it is, is not, however it stands. */
function whyLeftOut(one: Considered, keptBy: 'rules' | 'protection' | undefined): LeftOut | undefined {
  if (keptBy === 'protection') return { why: 'protected' };
  const { relay } = one;
  switch (one.outcome) {
    case 'unavailable': {
      const { state, since, note } = one;
      return { relay, why: state as LeftOut['why'], since, ...(note && { note }) };
    }
    case 'no-driver':
    case 'no-platform':
      return { relay, why: one.outcome };
    default:
      return keptBy && { relay, why: keptBy };
  }
}
