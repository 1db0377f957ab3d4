import type { ExplainedCommand, ExplainedRelay } from '@chasqui/contracts';
import {
  considerRelays,
  isSelectorFault,
  parseSelector,
  printSelector,
  type Considered,
  type Need,
  type RelayView,
} from '@chasqui/relay-selection';
import { waveOf, type FanOut } from '../commands/fan-out.js';
import type { Known } from '../commands/known.js';
import { needOf } from '../commands/place.js';
import type { CommandDraft, CommandStage } from '../commands/plan.js';
import type { OnRelay } from '../commands/relay-limits.js';
import { protecting } from '../site-rules/site-policy.js';

/**
 * Every relay, and why it is the one or is not: what `place` saw. Protected relays that the person may not use are left out for those who
 * may not know of them, and counted where they match.
 */
export function explainRelays(
  { entry, placement, limits }: CommandDraft,
  placed: CommandStage | undefined,
  known: Known,
  seesAll: boolean,
): Pick<ExplainedCommand, 'selector' | 'selectors' | 'relays' | 'hiddenRelays'> {
  const { relays, key } = known;
  const need = needOf(entry, (placement.on ?? placement.each?.selector)?.text, known);
  const out = outOf(relays, limits);
  const within = relays.filter(({ name }) => !out.has(name));
  const without = relays.filter(({ name }) => out.has(name));
  const considered = considerRelays(need, within, key);
  const others = considerRelays(need, without, key);
  if ('kind' in considered || 'kind' in others) return {};
  const kept = others.filter(({ relay }) => seesAll || out.get(relay)!.by === 'rules');
  const hidden = others.filter((one) => !kept.includes(one) && one.outcome !== 'no-match').length;
  return {
    ...(placed?.selector && { selector: placed.selector }),
    ...(need.selectors.length > 0 && { selectors: askedFor(need) }),
    relays: [
      ...considered.map((one) => asTarget(placed?.each, told(one))).toSorted(byWave),
      ...kept.map((one) => leftOut(one, out.get(one.relay)!, () => protectedBy(one.relay, known))),
    ],
    ...(hidden > 0 && { hiddenRelays: hidden }),
  };
}

/** Each selector in canonical form, and who asks for it. */
function askedFor({ selectors }: Need): ExplainedCommand['selectors'] {
  return selectors.flatMap(({ selector, from }) => {
    const read = typeof selector === 'string' ? parseSelector(selector) : selector;
    return isSelectorFault(read) ? [] : [{ selector: printSelector(read), from }];
  });
}

/** Of a line on each relay all that would do are its targets. */
function asTarget(each: FanOut | undefined, one: ExplainedRelay): ExplainedRelay {
  const item = each ? each.targets.findIndex(({ relay }) => relay === one.name) : -1;
  return item < 0 ? one : { name: one.name, outcome: 'target', wave: waveOf(each!, item) + 1 };
}

/** Targets first, wave by wave; the others stay as they are. */
function byWave(a: ExplainedRelay, b: ExplainedRelay): number {
  const last = Number.MAX_SAFE_INTEGER;
  const waves = (a.wave ?? last) - (b.wave ?? last);
  return waves !== 0 || a.wave === undefined ? waves : a.name < b.name ? -1 : 1;
}

type Out = NonNullable<OnRelay['out']>;

function outOf(relays: readonly RelayView[], limits: CommandDraft['limits']): ReadonlyMap<string, Out> {
  const said = relays.map((relay): [string, Out | undefined] => [relay.name, limits?.(relay).out]);
  return new Map(said.filter((one): one is [string, Out] => one[1] !== undefined));
}

/** A relay that limits keep this command off; one that would not match either is told of by that. */
function leftOut(one: Considered, { by, refusal }: Out, protectedBy: () => string): ExplainedRelay {
  if (one.outcome === 'no-match') return told(one);
  const { rule } = refusal.facts;
  if (by === 'rules') return { name: one.relay, outcome: 'rule', ...(typeof rule === 'string' && { rule }) };
  return { name: one.relay, outcome: 'protected', protectedBy: protectedBy() };
}

/** Whoever sees this relay also sees by what it is protected. */
function protectedBy(name: string, { relays, policy }: Known): string {
  const relay = relays.find((one) => one.name === name)!;
  return protecting(policy.protections, relay)
    .map(({ text }) => text)
    .join(' or ');
}

function told({ relay: name, ...one }: Considered): ExplainedRelay {
  if (one.outcome === 'no-match') return { name, ...one, fails: [...one.fails] };
  return one.outcome === 'no-platform' ? { name, ...one, platforms: [...one.platforms] } : { name, ...one };
}
