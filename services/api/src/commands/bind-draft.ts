import { couldAllow, looksAtRelay, type RuleFacts } from '@chasqui/access-rules';
import { variablesIn } from '@chasqui/command-language';
import { isRefusal, type Refusal } from '@chasqui/contracts';
import { authorise, type Judgement } from './authorise.js';
import type { Entry } from './catalogue.js';
import { check, invoke, resolversOf, type Invocation } from './invoke.js';
import type { Known, KnownAsker } from './known.js';
import type { CommandDraft } from './plan.js';
import { relayLimits, type RelayLimits } from './relay-limits.js';
import { surroundingsOf } from './surroundings-of.js';

/** A command whose words were bound, and what its rules say, as far as both can be done before anything runs. */
export interface BoundDraft extends Judgement {
  /** Undefined where its words wait for records. */
  readonly invocation?: Invocation;
  /** On which relays its asker may run it. */
  readonly limits?: RelayLimits;
}

/**
 * Binds and judges what can be before anything runs: a stage whose words use no record wholly; of the others all but the values that hang
 * on records, and whether the asker may run them in any way at all. The rest is done with the records, before the stage's first item starts.
 * What hangs on the relay is judged when one is chosen; here only whether there could be any.
 */
export function bindDraft(
  draft: CommandDraft,
  isFirst: boolean,
  known: Known,
  asker: KnownAsker,
): BoundDraft | Refusal {
  const { entry } = draft;
  const { fullName, rules, command } = entry;
  const later = !isFirst && variablesIn(draft.words).length > 0;
  const call = { ...draft, command, fullName };
  const invocation = later ? check(call, resolversOf(known)) : invoke(call, {}, resolversOf(known));
  if (isRefusal(invocation)) return invocation;
  const where = surroundingsOf(known, asker);
  const words = invocation?.facts;
  const isOpen = words === undefined || looksAtRelay(rules) !== undefined;
  const judgement = (isOpen ? inAnyWay : authorised)(entry, { ...words, where }, asker);
  const { protections } = known.policy;
  const limits = relayLimits({ fullName, rules, words, where, protections, asker });
  return { ...judgement, invocation, limits };
}

/** Not all is known yet, neither the words of records nor the relay: a refusal where nothing would do. */
function inAnyWay(entry: Entry, facts: Partial<RuleFacts>, asker: KnownAsker): Judgement {
  return couldAllow(entry.rules, facts, asker.permissions) ? { judged: [] } : authorised(entry, facts, asker);
}

function authorised({ fullName, rules }: Entry, facts: Partial<RuleFacts>, asker: KnownAsker): Judgement {
  return authorise(fullName, rules, { args: [], options: [], ...facts }, asker);
}
