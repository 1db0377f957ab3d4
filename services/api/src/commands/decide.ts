import {
  takeOn,
  variablesIn,
  type CommandLine,
  type On,
  type Span,
  type Stage,
  type Word,
} from '@chasqui/command-language';
import { isRefusal, refusal, type Refusal } from '@chasqui/contracts';
import { isFilter, placeFault, readFilter } from '@chasqui/filters';
import { isBuiltIn, isSource, ownNames, type BuiltInName } from '../built-ins/names.js';
import { authorise } from './authorise.js';
import { configFacts } from './config-facts.js';
import { findEntries, type Entry } from './catalogue.js';
import { expand } from './expand.js';
import { check, declarationsOf, invoke, resolversOf, secretsIn, type Invocation } from './invoke.js';
import type { Known, KnownAsker } from './known.js';
import { place } from './place.js';
import type { CommandStage, FilterStage, Plan, PlanStage, SourceStage } from './plan.js';
import { resolve } from './resolve.js';
import { targetsOf } from './targets.js';

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
}

export type Decision = Plan | Answer | Refused;

/**
 * Decides what a line means and whether it may be done: who, which commands, which rules, which relays, which places to answer, in this
 * order, so that nobody learns of a command or a relay by being refused it later than somebody who may run it, and so that a fault in
 * the last stage means that the first has not run. Pure: the same line and the same knowledge give the same decision, in a test, in
 * `simulate` and in the run itself.
 */
export function decide(said: CommandLine | Refusal, known: Known): Decision {
  const asker = askerOf(known);
  if (isRefusal(said)) return refused(isRefusal(asker) ? asker : said);
  if (isRefusal(asker)) return refused(asker, said.text, secretsOf(said, known));
  const line = expand(said, known.aliases, (stage) => isTaken(stage, known));
  if (isRefusal(line)) return refused(line, said.text, secretsOf(said, known));
  return decideLine(line, known, asker);
}

function askerOf({ asker, sender, now, saidAt, takeWithinMs }: Known): KnownAsker | Refusal {
  const ageMs = now - saidAt;
  if (ageMs > takeWithinMs) return refusal('message-late', { ageMs });
  if (!asker) return refusal('unknown-person', { ...sender });
  return asker.active ? asker : refusal('inactive-person', { username: asker.username });
}

/** Whether a stage names something that no alias can stand for. */
function isTaken({ words }: Stage, { catalogue }: Known): boolean {
  const name = words[0]!.text;
  return isBuiltIn(name) || isFilter(name) || findEntries(words, catalogue).entries.length > 0;
}

function decideLine(line: CommandLine, known: Known, asker: KnownAsker): Decision {
  const secrets = secretsOf(line, known);
  const no = (why: Refusal, entry: Entry | undefined) => refused(why, line.text, secrets, entry);
  const drafts: Draft[] = [];
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
    const bound = bind(draft, index === 0, known, asker);
    if (isRefusal(bound)) return no(bound, draft.entry);
    if (index === 0) invocation = bound;
  }

  const stages: PlanStage[] = [];
  for (const draft of drafts) {
    const stage = draft.kind === 'command' ? placed(draft, known, asker) : draft;
    if (isRefusal(stage)) return no(stage, first?.entry);
    stages.push(stage);
  }
  const targets = targetsOf(line.redirects, known);
  if (isRefusal(targets)) return no(targets, first?.entry);
  return { kind: 'plan', asker, text: line.text, stages, targets, entry: first?.entry, invocation, secrets };
}

/** A command of a line, before it is known where it runs. */
interface CommandDraft {
  readonly kind: 'command';
  readonly entry: Entry;
  readonly words: readonly Word[];
  readonly on?: On;
  readonly input: CommandStage['input'];
}

type Draft = CommandDraft | FilterStage | SourceStage;

/** Where in a line secrets stand, of every command that its words may mean, whatever is wrong with it and whoever asks. */
function secretsOf({ stages }: CommandLine, known: Known): readonly Span[] {
  return stages.flatMap(({ words }) => {
    const { entries, rest } = findEntries(words, known.catalogue);
    const taken = takeOn(rest);
    const own = isRefusal(taken) ? rest : taken.kept;
    return entries.flatMap(({ command }) => secretsIn(command, own, resolversOf(known)));
  });
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
  const taken = takeOn(resolved.rest);
  if (isRefusal(taken)) return taken;
  if (asksForHelp(taken.kept, resolved.entry)) return answer('help', [resolved.entry.fullName]);
  const input = inputOf(resolved.entry, taken.kept, index === 0, stage);
  if (isRefusal(input)) return input;
  return { kind: 'command', entry: resolved.entry, words: taken.kept, on: taken.on, input };
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

/**
 * Binds and judges what can be before anything runs: a stage whose words use no record wholly; of the others all but the values that hang
 * on records, and whether the asker may run them in any way at all. The rest is done with the records, before the stage's first item starts.
 */
function bind(
  draft: CommandDraft,
  isFirst: boolean,
  known: Known,
  asker: KnownAsker,
): Invocation | undefined | Refusal {
  const { entry } = draft;
  const later = !isFirst && variablesIn(draft.words).length > 0;
  const call = { ...draft, command: entry.command, fullName: entry.fullName };
  const invocation = later ? check(call, resolversOf(known)) : invoke(call, {}, resolversOf(known));
  if (isRefusal(invocation)) return invocation;
  if (invocation === undefined) return mayInAnyWay(entry, asker);
  return authorise(entry.fullName, entry.rules, invocation.facts, asker.permissions) ?? invocation;
}

/** The words are not known yet: a refusal where no words would do. */
function mayInAnyWay({ fullName, rules }: Entry, asker: KnownAsker): Refusal | undefined {
  if (rules.length === 0) return refusal('no-rules', { command: fullName });
  const noes = rules.map((rule) =>
    authorise(fullName, [{ ...rule, condition: undefined }], noFacts, asker.permissions),
  );
  return noes.includes(undefined) ? undefined : noes[0];
}

const noFacts = { args: [], options: [] };

function placed(
  { entry, words, on, input }: CommandDraft,
  known: Known,
  asker: KnownAsker,
): CommandStage | Refusal {
  const where = place(entry, on?.text, known);
  if (isRefusal(where)) return where;
  const { name, version, format, templates, config } = entry.bundle;
  const broken = known.configuration.check(entry.bundle, configFacts(asker, known.place.channel));
  if (broken) return broken;
  return {
    kind: 'command',
    bundle: { name, version, format, templates, config },
    command: entry.command,
    words,
    input,
    ...where,
  };
}

function refused(why: Refusal, text?: string, secrets?: readonly Span[], entry?: Entry): Refused {
  return { kind: 'refused', refusal: why, text, entry, secrets };
}
