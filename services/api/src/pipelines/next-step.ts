import { applyFilter, type DataRecord, type Records } from '@chasqui/filters';
import { isRefusal, refusal, type Refusal } from '@chasqui/contracts';
import type { Surroundings } from '@chasqui/access-rules';
import { authorise, type Judged, type JudgedRule, type Judgement } from '../commands/authorise.js';
import { rulesOf } from '../commands/catalogue.js';
import { fullNameOf } from '../commands/full-name.js';
import type { Resolve } from '@chasqui/command-language';
import { invoke, type Given, type Invocation } from '../commands/invoke.js';
import type { CommandStage, StoredPlan } from '../commands/plan.js';
import { protectionRefusal, type LimitedRelay } from '../commands/relay-limits.js';
import type { Holder } from '../people/scoped-permission.js';
import type { SitePolicy } from '../site-rules/site-policy.js';

/** One execution that a stage asks for. */
export interface Item {
  readonly item: number;
  /** The record it is about, where the stage runs once for each. */
  readonly record?: DataRecord;
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

/** What a program is given, at most, in bytes of JSON: sealed it has to go through the broker in one message. */
const mostGiven = 1024 * 1024;

/** One item, bound to what it is given and judged with that. */
export function itemOf(stage: CommandStage, item: number, given: Given, facts: StepFacts): Item {
  const fullName = fullNameOf(stage);
  const invocation = invoke({ ...stage, fullName }, given, facts.resolve);
  const { record } = given;
  if (isRefusal(invocation)) return { item, record, invocation, judged: [] };
  const { args, variables, stdin } = invocation;
  if (Buffer.byteLength(JSON.stringify([args, variables, stdin])) > mostGiven) {
    const tooMuch = refusal('too-much-data', { command: fullName, what: 'characters', most: mostGiven });
    return { item, record, invocation: tooMuch, judged: [] };
  }
  const { refusal: no, judged } = judgedOn(stage, invocation.facts, facts);
  return { item, record, invocation: no ?? invocation, judged };
}

/** What rules and protections say to a stage on the relay that was chosen for it. */
function judgedOn(stage: CommandStage, words: Invocation['facts'], facts: StepFacts): Judgement {
  const { where, policy, asker, relayNamed } = facts;
  const fullName = fullNameOf(stage);
  const rules = policy.pooled(fullName, rulesOf(stage.command, fullName));
  const relay = relayNamed(stage.relay) ?? { name: stage.relay, tags: [] };
  const judgement = authorise(fullName, rules, { ...words, where: { ...where, relay } }, asker);
  if (judgement.refusal) return judgement;
  const no = protectionRefusal(fullName, relay, policy.protections, asker);
  return { ...judgement, ...(no && { refusal: no }) };
}

/** The items, or a no: the first among them where the stage stops at the first, and where none of them can be run. */
function whole(items: readonly Item[], stage: CommandStage): readonly Item[] | Refusal {
  const noes = items.filter(({ invocation }) => isRefusal(invocation));
  const [first] = noes;
  if (!first) return items;
  if (stage.command.onError === 'continue' && noes.length < items.length) return items;
  const why = first.invocation as Refusal;
  if (items.length === 1) return why;
  return { ...why, facts: { ...why.facts, item: first.item + 1, items: items.length } };
}
