import type { ExplainedCommand, ExplainedRelay } from '@chasqui/contracts';
import { considerRelays, type Considered, type RelayView } from '@chasqui/relay-selection';
import type { Known } from '../commands/known.js';
import { needOf } from '../commands/place.js';
import type { CommandDraft, CommandStage } from '../commands/plan.js';
import type { OnRelay } from '../commands/relay-limits.js';

/**
 * Every relay, and why it is the one or is not: what `place` saw. Protected relays that the person may not use are left out for those who
 * may not know of them, and counted where they match.
 */
export function explainRelays(
  { entry, on, limits }: CommandDraft,
  placed: CommandStage | undefined,
  { relays, key }: Known,
  seesAll: boolean,
): Pick<ExplainedCommand, 'selector' | 'relays' | 'hiddenRelays'> {
  const need = needOf(entry, on?.text);
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
    relays: [...considered.map(told), ...kept.map((one) => leftOut(one, out.get(one.relay)!))],
    ...(hidden > 0 && { hiddenRelays: hidden }),
  };
}

type Out = NonNullable<OnRelay['out']>;

function outOf(relays: readonly RelayView[], limits: CommandDraft['limits']): ReadonlyMap<string, Out> {
  const said = relays.map((relay): [string, Out | undefined] => [relay.name, limits?.(relay).out]);
  return new Map(said.filter((one): one is [string, Out] => one[1] !== undefined));
}

/** A relay that limits keep this command off; one that would not match either is told of by that. */
function leftOut(one: Considered, { by, refusal }: Out): ExplainedRelay {
  if (one.outcome === 'no-match') return told(one);
  const { rule, selectors } = refusal.facts;
  if (by === 'rules') return { name: one.relay, outcome: 'rule', ...(typeof rule === 'string' && { rule }) };
  return { name: one.relay, outcome: 'protected', protectedBy: (selectors as string[]).join(' or ') };
}

function told({ relay: name, ...one }: Considered): ExplainedRelay {
  return one.outcome === 'no-match' ? { name, ...one, fails: [...one.fails] } : { name, ...one };
}
