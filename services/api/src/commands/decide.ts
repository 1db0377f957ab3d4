import {
  takePlacement,
  variablesIn,
  type CommandLine,
  type Placement,
  type Span,
  type Stage,
  type Word,
} from '@chasqui/command-language';
import { isRefusal, refusal, type Refusal } from '@chasqui/contracts';
import { isFilter, placeFault, readFilter } from '@chasqui/filters';
import { isBuiltIn, isSource, ownNames, type BuiltInName } from '../built-ins/names.js';
import { strangerLine, type StrangerAsks } from '../registration/stranger-line.js';
import type { JudgedRule } from './authorise.js';
import { bindDraft } from './bind-draft.js';
import { configFacts } from './config-facts.js';
import type { Entry } from './catalogue.js';
import { declarationsOf, ownOptions, type Invocation } from './invoke.js';
import type { Known, KnownAsker } from './known.js';
import { place, type Place } from './place.js';
import { placeEach } from './place-each.js';
import type { CommandDraft, CommandStage, Draft, Plan, PlanStage } from './plan.js';
import { resolve } from './resolve.js';
import { secretsInUnread, secretsOf, writtenOut } from './secrets-in-line.js';
import { saidAt } from './surroundings-of.js';
import { targetsOf } from './targets.js';
import { relayWaitMs } from '../waiting/turn-of.js';
import { ownSchedules } from '../schedules/run-schedule.js';

/** A line that the API answers by itself. */
export interface Answer {
  readonly kind: 'answer';
  readonly asker: KnownAsker;
  readonly text: string;
  readonly builtIn: BuiltInName;
  readonly words: readonly string[];
  /** The parts of the line that must not be kept, by where they stand. */
  readonly secrets: readonly Span[];
}

/** A no, and how far the line had been understood when it came. */
export interface Refused {
  readonly kind: 'refused';
  readonly refusal: Refusal;
  /** The line that the refusal's position counts in. */
  readonly text?: string;
  readonly entry?: Entry;
  /** The parts of the line that must not be kept, by where they stand. */
  readonly secrets?: readonly Span[];
  /** How every rule came out that was looked at before the no, in the order of the line. */
  readonly judged: readonly JudgedRule[];
  /** Its stages, as far as they were understood. */
  readonly drafts: readonly Draft[];
}

export type Decision = Plan | Answer | StrangerAsks | Refused;

/**
 * Decides what a line means and whether it may be done: who, which commands, which rules, which relays, which places to answer, in this
 * order, so that nobody learns of a command or a relay by being refused it later than somebody who may run it, and so that a fault in
 * the last stage means that the first has not run. Pure: the same line and the same knowledge give the same decision, in a test, in
 * `simulate` and in the run itself.
 * @param text what was typed, so that of a line that cannot be read no secrets are kept
 */
export function decide(said: CommandLine | Refusal, known: Known, text = ''): Decision {
  const asker = askerOf(known);
  const ofStranger = isRefusal(asker) && asker.code === 'unknown-person' ? strangerLine(said) : undefined;
  if (ofStranger) return ofStranger;
  if (isRefusal(said)) return unread(isRefusal(asker) ? asker : said, said, text, known);
  const line = writtenOut(said, known);
  if (isRefusal(line)) return refused(isRefusal(asker) ? asker : line, said.text, secretsOf(said, known));
  if (isRefusal(asker)) return refused(asker, line.text, secretsOf(line, known));
  if (known.schedule && !asker.permissions.has(ownSchedules))
    return refused(refusal('not-permitted', { permission: ownSchedules }), line.text, secretsOf(line, known));
  return decideLine(line, known, asker);
}

/** Nothing of a line that cannot be read is kept behind the name of a command that takes secrets, nor behind `!!` for a line that had one. */
function unread(why: Refusal, fault: Refusal, text: string, known: Known): Refused {
  const [recalled] = fault.code === 'line-masked' ? (/^\s*(?:again\s+)?\S+\s+(?=\S)/.exec(text) ?? []) : [];
  if (recalled !== undefined) return refused(why, text, [{ start: recalled.length, end: text.length }]);
  const secrets = secretsInUnread(text, known);
  return secrets.length > 0 ? refused(why, text, secrets) : refused(why);
}

function askerOf({ asker, sender, now, saidAt, takeWithinMs }: Known): KnownAsker | Refusal {
  const ageMs = now - saidAt;
  if (ageMs > takeWithinMs) return refusal('message-late', { ageMs });
  if (!asker) return refusal('unknown-person', { ...sender });
  return asker.active ? asker : refusal('inactive-person', { username: asker.username });
}

function decideLine(line: CommandLine, known: Known, asker: KnownAsker): Decision {
  const secrets = secretsOf(line, known);
  const judged: JudgedRule[] = [];
  const drafts: Draft[] = [];
  const no = (why: Refusal, entry: Entry | undefined) =>
    refused(why, line.text, secrets, entry, judged, drafts);
  for (const [index, stage] of line.stages.entries()) {
    const draft = draftOf(stage, index, line, known, asker);
    if (isRefusal(draft)) return no(draft, commandIn(drafts)?.entry);
    if (draft.kind === 'answer') return { ...draft, secrets };
    drafts.push(draft);
  }
  const first = commandIn(drafts);
  let invocation: Invocation | undefined;
  for (const [index, draft] of drafts.entries()) {
    if (draft.kind !== 'command') continue;
    const bound = bindDraft(draft, index === 0, known, asker);
    if (isRefusal(bound)) return no(bound, draft.entry);
    judged.push(...bound.judged);
    drafts[index] = { ...draft, judged: bound.judged, limits: bound.limits };
    if (bound.refusal) return no(bound.refusal, draft.entry);
    if (index === 0) invocation = bound.invocation;
  }

  const stages: PlanStage[] = [];
  for (const [index, draft] of drafts.entries()) {
    if (draft.kind !== 'command') {
      stages.push(draft);
      continue;
    }
    const put = placed(draft, known, asker);
    if (put.judged.length > 0) {
      judged.push(...put.judged);
      drafts[index] = { ...draft, judged: put.judged };
    }
    if (isRefusal(put.stage)) return no(put.stage, first?.entry);
    stages.push(put.stage);
  }
  const targets = targetsOf(line.redirects, known);
  if (isRefusal(targets)) return no(targets, first?.entry);
  const { text } = line;
  const entry = first?.entry;
  const said = saidAt(known);
  return { kind: 'plan', asker, text, said, stages, targets, entry, invocation, secrets, judged, drafts };
}

function commandIn(drafts: readonly Draft[]): CommandDraft | undefined {
  return drafts.find((draft) => draft.kind === 'command');
}

/** What a stage is by its name: our own, a filter, or a command of a bundle. */
function draftOf(
  stage: Stage,
  index: number,
  line: CommandLine,
  known: Known,
  asker: KnownAsker,
): Draft | Omit<Answer, 'secrets'> | Refusal {
  const [name, ...words] = stage.words as [Word, ...Word[]];
  const answer = (builtIn: BuiltInName, about: readonly string[]) => ({
    kind: 'answer' as const,
    asker,
    text: line.text,
    builtIn,
    words: about,
  });
  if (isBuiltIn(name.text)) {
    if (isHelp(words)) return answer('help', [name.text]);
    const texts = words.map((word) => word.text);
    if (line.stages.length === 1 && line.redirects.length === 0) return answer(name.text, texts);
    if (index === 0 && isSource(name.text)) return { kind: 'source', name: name.text, words: texts };
    return refusal('not-in-a-pipeline', { name: name.text, position: name.start, length: name.text.length });
  }
  if (isFilter(name.text)) {
    if (isHelp(words)) return answer('help', [name.text]);
    const filter = readFilter(name.text, words);
    if (isRefusal(filter)) return filter;
    const misplaced = placeFault(filter, index === 0);
    return misplaced
      ? { ...misplaced, facts: { position: name.start, length: name.text.length, ...misplaced.facts } }
      : { kind: 'filter', filter };
  }
  const resolved = resolve(stage.words, known.catalogue, asker, [...ownNames, ...known.aliases.own.keys()]);
  if (isRefusal(resolved)) return resolved;
  const taken = takePlacement(resolved.rest, ownOptions(resolved.entry.command));
  if (isRefusal(taken)) return taken;
  if (asksForHelp(taken.kept, resolved.entry)) return answer('help', [resolved.entry.fullName]);
  const input = inputOf(resolved.entry, taken.kept, index === 0, stage);
  if (isRefusal(input)) return input;
  const { placement, kept } = taken;
  if (placement.each && input === 'each') {
    const { start, end } = placement.each.selector;
    return refusal('each-of-records', {
      command: resolved.entry.fullName,
      position: start,
      length: end - start,
    });
  }
  return { kind: 'command', entry: resolved.entry, words: kept, placement, input };
}

function isHelp(words: readonly Word[]): boolean {
  return words.length === 1 && words[0]!.raw === '--help';
}

/** A program that declares nothing may know `--help` itself; for it alone the word is ours, among others it is the program's. */
function asksForHelp(words: readonly Word[], { command }: Entry): boolean {
  if (!declarationsOf(command)) return isHelp(words);
  const end = words.findIndex((word) => word.text === '--');
  return words.slice(0, end < 0 ? undefined : end).some((word) => word.text === '--help');
}

/** How a stage takes what the one before it gives. A command that says nothing runs once for each record if its words use one. */
function inputOf(
  { command, fullName }: Entry,
  words: readonly Word[],
  isFirst: boolean,
  { start, end }: Stage,
): CommandStage['input'] | Refusal {
  if (isFirst) return command.input ?? 'none';
  const [variable] = variablesIn(words);
  const at = { command: fullName, position: start, length: end - start };
  if (command.input === 'all' && variable)
    return refusal('variable-of-all', { ...at, position: variable.start });
  const input = command.input ?? (variable ? 'each' : 'none');
  if (input !== 'none') return input;
  return refusal('takes-no-input', { ...at, ...(command.input === 'none' && { never: true }) });
}

function placed(
  { entry, words, placement, input, limits }: CommandDraft,
  known: Known,
  asker: KnownAsker,
): { readonly stage: CommandStage | Refusal; readonly judged: readonly JudgedRule[] } {
  const { place: where, refusal: none, judged } = placeOf(entry, placement, known, limits);
  const at = where ?? nowhereYet(entry, placement, none!);
  if (!at) return { stage: none!, judged };
  const { name, version, format, templates, config } = entry.bundle;
  const broken = known.configuration.check(entry.bundle, configFacts(asker, known.place.channel));
  if (broken) return { stage: broken, judged };
  const bundle = { name, version, format, templates, config };
  const wait = placement.wait && { ms: placement.wait.ms };
  const { command } = entry;
  return { stage: { kind: 'command', bundle, command, words, input, ...at, ...(wait && { wait }) }, judged };
}

/** No relay matches, and it is to wait for one. Where some match and must not be taken, waiting would change nothing. */
function nowhereYet({ command }: Entry, placement: Placement, why: Refusal): Place | undefined {
  if (why.code !== 'no-relay' || placement.each || relayWaitMs(command, placement) === undefined)
    return undefined;
  const driver = command.image === undefined ? 'process' : 'docker';
  return { relay: '', driver, selector: why.facts['selector'] as string };
}

/** One place, or all of them; then it stands on the first. */
function placeOf(entry: Entry, { on, each: asked }: Placement, known: Known, limits: CommandDraft['limits']) {
  if (!asked) return place(entry, on?.text, known, limits);
  const { each, selector, refusal: none, judged } = placeEach(entry, asked, known, limits);
  return { place: each && { ...each.targets[0]!, selector: selector!, each }, refusal: none, judged };
}

function refused(
  why: Refusal,
  text?: string,
  secrets?: readonly Span[],
  entry?: Entry,
  judged: readonly JudgedRule[] = [],
  drafts: readonly Draft[] = [],
): Refused {
  return { kind: 'refused', refusal: why, text, entry, secrets, judged, drafts };
}
