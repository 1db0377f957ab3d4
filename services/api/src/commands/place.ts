import { refusal, type DriverName, type Refusal } from '@chasqui/contracts';
import {
  choose,
  isSelectorFault,
  matches,
  parseSelector,
  type Need,
  type RelayView,
} from '@chasqui/relay-selection';
import type { JudgedRule } from './authorise.js';
import type { Entry } from './catalogue.js';
import type { SitePolicy } from '../site-rules/site-policy.js';
import type { RelayLimits } from './relay-limits.js';

/** Where a command is to run. */
export interface Place {
  readonly relay: string;
  readonly driver: DriverName;
  /** All selectors that had to hold, in canonical form; empty if there were none. */
  readonly selector: string;
}

/** A place, or why there is none; and how the rules came out that look at the relay, for the one chosen or the first that was refused. */
export interface Placing {
  readonly place?: Place;
  readonly refusal?: Refusal;
  readonly judged: readonly JudgedRule[];
}

/** A command, as far as a choice of relay looks at it. */
export type PlacedCommand = Pick<Entry, 'fullName' | 'command' | 'selectors'>;

/** What a choice of relay looks at. */
export interface Relays {
  readonly relays: readonly RelayView[];
  readonly now: number;
  /** Spreads equal relays: the same key chooses the same one. */
  readonly key: string;
  readonly policy: Pick<SitePolicy, 'channels'>;
  /** Where it was said. */
  readonly place: { readonly channel: string };
}

/**
 * Chooses the relay for a command: what its bundle, it, the person (`on`) and the channel ask for must all hold. Relays that are out by `limits` are left
 * aside before the choice, so that a line goes where it may go, whichever relay is the least busy; if only those match, it is refused by
 * what keeps them out. So a rule that denies some relays is never evaded by the choice of one, nor does it refuse what can run elsewhere.
 */
export function place(
  entry: PlacedCommand,
  on: string | undefined,
  known: Relays,
  limits: RelayLimits | undefined,
): Placing {
  const need = needOf(entry, on, known);
  const choice = choose(need, known.relays, known.key, (relay) => !limits?.(relay).out);
  switch (choice.kind) {
    case 'bad-selector': {
      const { fault, text, from } = choice;
      return { refusal: refusal('bad-selector', { ...fault, text, from }), judged: [] };
    }
    case 'chosen': {
      const { relay, driver, selector } = choice;
      const judged = limits?.(relayNamed(relay, known)).judged ?? [];
      return { place: { relay, driver, selector }, judged };
    }
    case 'none': {
      const out = limits ? known.relays.filter((one) => limits(one).out && meetsAll(need, one)) : [];
      if (out.length > 0) return allOut(entry, out, limits!);
      const { facts, selector } = choice;
      const { now } = known;
      return {
        refusal: refusal('no-relay', { ...facts, selector, command: entry.fullName, now }),
        judged: [],
      };
    }
  }
}

/** What has to hold of a relay so that a command can run there. */
export function needOf(
  { selectors, command }: Pick<PlacedCommand, 'selectors' | 'command'>,
  on: string | undefined,
  { policy, place: { channel } }: Pick<Relays, 'policy' | 'place'>,
): Need {
  const ofChannel = policy.channels.get(channel);
  return {
    selectors: [
      ...selectors,
      ...(on === undefined ? [] : [{ from: 'person' as const, selector: on }]),
      ...(ofChannel ? [{ from: 'channel' as const, selector: ofChannel }] : []),
    ],
    driver: command.image === undefined ? 'process' : 'container',
    ...(command.platforms && { platforms: command.platforms }),
  };
}

/** All relays that match are out: because of their protection, if that is all that keeps one of them out, and otherwise by the rules. */
function allOut({ fullName }: PlacedCommand, relays: readonly RelayView[], limits: RelayLimits): Placing {
  const all = relays.map((relay) => ({ name: relay.name, ...limits(relay) }));
  const locked = all.filter(({ out }) => out!.by === 'protection');
  if (locked.length > 0) {
    const selectors = new Set(locked.flatMap(({ out }) => out!.refusal.facts['selectors'] as string[]));
    const facts = { command: fullName, relays: locked.length, selectors: [...selectors] };
    return { refusal: refusal('relay-protected', facts), judged: locked[0]!.judged };
  }
  const { name, out, judged } = all[0]!;
  return { refusal: { ...out!.refusal, facts: { ...out!.refusal.facts, relay: name } }, judged };
}

function meetsAll({ selectors }: Need, relay: RelayView): boolean {
  return selectors.every(({ selector }) => {
    const read = typeof selector === 'string' ? parseSelector(selector) : selector;
    return !isSelectorFault(read) && matches(read, relay);
  });
}

function relayNamed(name: string, { relays }: Relays): RelayView {
  return relays.find((relay) => relay.name === name)!;
}
