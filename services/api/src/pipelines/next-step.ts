import { applyFilter, type DataRecord, type Records } from '@chasqui/filters';
import { isRefusal, refusal, type Refusal } from '@chasqui/contracts';
import { couldAllow, looksAtRelay, type RuleFacts, type Surroundings } from '@chasqui/access-rules';
import { authorise, type Judged, type JudgedRule, type Judgement } from '../commands/authorise.js';
import { rulesOf } from '../commands/catalogue.js';
import { fullNameOf } from '../commands/full-name.js';
import type { Resolve } from '@chasqui/command-language';
import { invoke, type Given, type Invocation } from '../commands/invoke.js';
import { stageOn } from '../commands/fan-out.js';
import type { CommandStage, StoredPlan } from '../commands/plan.js';
import { protectionRefusal, type LimitedRelay } from '../commands/relay-limits.js';
import type { Holder } from '../people/scoped-permission.js';
import type { PooledRule, SitePolicy } from '../site-rules/site-policy.js';

/** One execution that a stage asks for. */
export interface Item {
  readonly item: number;
  /** The record it is about, where the stage runs once for each. */
  readonly record?: DataRecord;
  /** The records it is about, where the stage runs once with all of them. */
  readonly all?: readonly DataRecord[];
  readonly invocation: Invocation | Refusal;
  /** How its rules came out; none where it was refused before they were looked at. */
  readonly judged: readonly JudgedRule[];
}

/** What a pipeline does next: executions of a stage, its end with a result, or a stop because it cannot go on. */
export type Step =
  | { readonly kind: 'start'; readonly stage: number; readonly items: readonly Item[] }
  | { readonly kind: 'done'; readonly result: Records }
  | { readonly kind: 'stop'; readonly stage: number; readonly why: Refusal };

/** What a step may depend on beside the plan and the records. */
export interface StepFacts {
  readonly resolve: Resolve;
  readonly asker: Holder & Judged;
  /** Where it was said, by whom, and what time it is now. */
  readonly where: Surroundings;
  readonly policy: SitePolicy;
  /** A relay as it is now; undefined where it is gone. */
  readonly relayNamed: (name: string) => LimitedRelay | undefined;
}

/** A stage that runs once for each record runs at most so often. */
export const mostItems = 1_000;

/**
 * Walks a plan from stage `from` on, with the records that came out of the stage before it (none at the very beginning): filters are
 * applied on the way, and the first command that has something to do is where it stops walking. Every item is bound and judged
 * before any of them starts, so that a bad value in the last record does not show after the first has been acted on. Pure.
 */
export function nextStep(plan: StoredPlan, from: number, given: Records | undefined, facts: StepFacts): Step {
  let records = given;
  for (let at = from; at < plan.stages.length; at++) {
    const stage = plan.stages[at]!;
    if (stage.kind === 'source') continue;
    if (stage.kind === 'filter') {
      const after = applyFilter(stage.filter, records ?? empty);
      if (isRefusal(after)) return { kind: 'stop', stage: at, why: after };
      records = after;
      continue;
    }
    const items = itemsOf(stage, records, facts);
    if (isRefusal(items)) return { kind: 'stop', stage: at, why: items };
    if (items.length > 0) return { kind: 'start', stage: at, items };
    records = empty;
  }
  return { kind: 'done', result: records ?? empty };
}

const empty: Records = { records: [], view: { kind: 'auto' } };

/** What one stage asks for; none where it runs once for each of no records. */
function itemsOf(
  stage: CommandStage,
  given: Records | undefined,
  known: StepFacts,
): readonly Item[] | Refusal {
  if (stage.each) return onEach(stage, given, known);
  // Looked for once, however many items there are.
  const relay = known.relayNamed(stage.relay);
  const facts = { ...known, relayNamed: () => relay };
  if (given === undefined) return whole([itemOf(stage, 0, {}, facts)], stage);
  if (stage.input === 'all') return whole([itemOf(stage, 0, { all: given.records }, facts)], stage);
  const records = given.records.length;
  if (records > mostItems) {
    const command = fullNameOf(stage);
    return refusal('too-many-records', { command, records, most: mostItems });
  }
  return whole(
    given.records.map((record, item) => itemOf(stage, item, { record }, facts)),
    stage,
  );
}

/** The same for every target, bound once. */
function onEach(
  stage: CommandStage,
  given: Records | undefined,
  facts: StepFacts,
): readonly Item[] | Refusal {
  const all = given && stage.input === 'all' ? { all: given.records } : {};
  const invocation = boundTo(stage, all, facts);
  const items = stage.each!.targets.map((_, item) =>
    judgedItem(stageOn(stage, item), item, all, invocation, facts),
  );
  return whole(items, stage);
}

/** What a program is given, at most, in bytes of JSON: sealed it has to go through the broker in one message. */
const mostGiven = 1024 * 1024;
/** The same for all that are given it together. */
const mostGivenInAll = 64 * mostGiven;

/** One item, bound to what it is given and judged with that. */
export function itemOf(stage: CommandStage, item: number, given: Given, facts: StepFacts): Item {
  return judgedItem(stage, item, given, boundTo(stage, given, facts), facts);
}

function boundTo(stage: CommandStage, given: Given, { resolve }: StepFacts): Invocation | Refusal {
  const command = fullNameOf(stage);
  const invocation = invoke({ ...stage, fullName: command }, given, resolve);
  if (isRefusal(invocation)) return invocation;
  const { args, variables, stdin } = invocation;
  const most = Math.min(mostGiven, Math.floor(mostGivenInAll / (stage.each?.targets.length ?? 1)));
  if (Buffer.byteLength(JSON.stringify([args, variables, stdin])) <= most) return invocation;
  return refusal('too-much-data', { command, what: 'characters', most });
}

function judgedItem(
  stage: CommandStage,
  item: number,
  given: Given,
  invocation: Invocation | Refusal,
  facts: StepFacts,
): Item {
  if (isRefusal(invocation)) return { item, ...given, invocation, judged: [] };
  const { refusal: no, judged } = judgedOn(stage, invocation.facts, facts);
  return { item, ...given, invocation: no ?? invocation, judged };
}

/** What rules and protections say to a stage on the relay that was chosen for it. */
function judgedOn(stage: CommandStage, words: Invocation['facts'], facts: StepFacts): Judgement {
  const { where, policy, asker, relayNamed } = facts;
  const fullName = fullNameOf(stage);
  const rules = policy.pooled(fullName, rulesOf(stage.command, fullName));
  // With the relay that comes it is judged again.
  if (stage.relay === '') return judgedNowhere(fullName, rules, { ...words, where }, asker);
  const relay = relayNamed(stage.relay) ?? { name: stage.relay, tags: [] };
  const judgement = authorise(fullName, rules, { ...words, where: { ...where, relay } }, asker);
  if (judgement.refusal) return judgement;
  const no = protectionRefusal(fullName, relay, policy.protections, asker);
  return { ...judgement, ...(no && { refusal: no }) };
}

/** What rules say that look at no relay; of the others whether any relay would do. */
function judgedNowhere(
  fullName: string,
  rules: readonly PooledRule[],
  facts: RuleFacts,
  asker: StepFacts['asker'],
): Judgement {
  if (looksAtRelay(rules) && couldAllow(rules, facts, asker.permissions)) return { judged: [] };
  return authorise(fullName, rules, facts, asker);
}

/** The items, or a no: the first among them where the stage stops at the first, and where none of them can be run. No relay keeps others from running. */
function whole(items: readonly Item[], stage: CommandStage): readonly Item[] | Refusal {
  const noes = items.filter(({ invocation }) => isRefusal(invocation));
  const [first] = noes;
  if (!first) return items;
  const goesOn = stage.each !== undefined || stage.command.onError === 'continue';
  if (goesOn && noes.length < items.length) return items;
  const why = first.invocation as Refusal;
  if (items.length === 1) return why;
  return { ...why, facts: { ...why.facts, item: first.item + 1, items: items.length } };
}
