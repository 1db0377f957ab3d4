import { couldAllow, looksAtRelay, type RuleFacts, type Surroundings } from '@chasqui/access-rules';
import { refusal, type Refusal } from '@chasqui/contracts';
import { holdsOn, type Holder } from '../people/scoped-permission.js';
import { protecting, type PooledRule, type Protection } from '../site-rules/site-policy.js';
import { authorise, type Judged, type JudgedRule } from './authorise.js';

/** A relay, as far as limits look at it. */
export interface LimitedRelay {
  readonly name: string;
  readonly tags: readonly string[];
  /** Those that an operator gave it: a relay that calls itself something is thereby not for those who may use what is called so. */
  readonly givenTags?: readonly string[];
}

/** What limits say of one relay. */
export interface OnRelay {
  /** How the rules came out for it, where they look at relays and the words are known. */
  readonly judged: readonly JudgedRule[];
  /** Why it may not be taken; undefined where it may. */
  readonly out?: { readonly by: 'rules' | 'protection'; readonly refusal: Refusal };
}

/** Which relays somebody may take for one command. */
export type RelayLimits = (relay: LimitedRelay) => OnRelay;

/** What limits are made of. */
export interface LimitedCommand {
  readonly fullName: string;
  readonly rules: readonly PooledRule[];
  /** Undefined where they wait for records: then a relay is out only if no words would do. */
  readonly words?: Pick<RuleFacts, 'args' | 'options'>;
  readonly where: Surroundings;
  readonly protections: readonly Protection[];
  readonly asker: Holder & Judged;
}

/** The limits on where a command may run; undefined where there are none, because no rule of it looks at relays and none is protected. Pure. */
export function relayLimits(command: LimitedCommand): RelayLimits | undefined {
  if (!looksAtRelay(command.rules) && command.protections.length === 0) return undefined;
  // Relays with the same tags are alike to most limits, and there may be thousands.
  const known = new Map<string, OnRelay>();
  const alike = byNameToo(command)
    ? ({ name }: LimitedRelay) => name
    : ({ tags, givenTags }: LimitedRelay) => `${tags.join()} ${givenTags?.join() ?? ''}`;
  return (relay) => {
    const key = alike(relay);
    let said = known.get(key);
    if (!said) known.set(key, (said = onRelay(command, relay)));
    return said;
  };
}

function onRelay(command: LimitedCommand, relay: LimitedRelay): OnRelay {
  const byRules = looksAtRelay(command.rules) !== undefined;
  const { judged, refusal: no } = byRules ? judgedOn(command, relay) : { judged: [], refusal: undefined };
  const why = no ? ({ by: 'rules', refusal: no } as const) : protectedFrom(command, relay);
  return { judged, ...(why && { out: why }) };
}

/** Whether anything looks at the names of relays. */
function byNameToo({ rules, protections, asker }: LimitedCommand): boolean {
  const selectors = [...protections.map(({ text }) => text), ...asker.scoped.map(({ what }) => what)];
  return looksAtRelay(rules) === 'name' || selectors.some((text) => text.includes('name'));
}

function judgedOn({ fullName, rules, words, where, asker }: LimitedCommand, relay: LimitedRelay) {
  const here = { ...where, relay };
  if (!words && couldAllow(rules, { where: here }, asker.permissions)) return { judged: [] };
  const facts = { args: [], options: [], ...words, where: here };
  return authorise(fullName, rules, facts, asker);
}

function protectedFrom(
  { fullName, protections, asker }: LimitedCommand,
  relay: LimitedRelay,
): OnRelay['out'] {
  const no = protectionRefusal(fullName, relay, protections, asker);
  return no && { by: 'protection', refusal: no };
}

/** A refusal where a relay is protected, and somebody has no `relay:use` that counts for it. */
export function protectionRefusal(
  command: string,
  relay: LimitedRelay,
  protections: readonly Protection[],
  asker: Holder,
): Refusal | undefined {
  const over = protecting(protections, relay);
  if (over.length === 0) return undefined;
  if (holdsOn(asker, 'relay:use', { of: 'relay', what: relay.name, tags: relay.givenTags ?? relay.tags }))
    return undefined;
  return refusal('relay-protected', {
    command,
    relays: 1,
    selectors: over.filter(namesNone).map(({ text }) => text),
  });
}

/** By what it is protected is said, so that somebody can ask for that; but whoever may not use a relay does not learn its name. */
function namesNone({ selector }: Protection): boolean {
  return selector.requirements.every(({ key }) => key !== 'name');
}
