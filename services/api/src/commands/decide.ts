import { judge, type Denied } from '@chasqui/access-rules';
import { readWords, suggest, type CommandLine, type ReadWords } from '@chasqui/command-language';
import { isRefusal, refusal, type DriverName, type Refusal } from '@chasqui/contracts';
import { choose } from '@chasqui/relay-selection';
import { findBuiltIn, type BuiltIn } from './built-ins.js';
import type { Catalogue, Entry } from './catalogue.js';
import type { Known, KnownAsker } from './known.js';
import { mayRun } from './may-run.js';

/** What is to be done: one command on one relay. */
export interface Plan {
  readonly kind: 'plan';
  readonly asker: KnownAsker;
  readonly entry: Entry;
  readonly argv: readonly string[];
  readonly relay: string;
  readonly driver: DriverName;
  /** All selectors that had to hold, in canonical form; empty if there were none. */
  readonly selector: string;
}

/** A line that the API answers by itself. */
export interface Answer {
  readonly kind: 'answer';
  readonly asker: KnownAsker;
  readonly builtIn: BuiltIn;
  readonly words: readonly string[];
}

/** A no, and how far the line had been understood when it came. */
export interface Refused {
  readonly kind: 'refused';
  readonly refusal: Refusal;
  readonly entry?: Entry;
}

export type Decision = Plan | Answer | Refused;

/**
 * Decides what a line means and whether it may be done: who, which command, which rules, which relay, in this order, so that nobody
 * learns of a command or a relay by being refused it later than somebody who may run it. Pure: the same line and the same knowledge
 * give the same decision, in a test, in `simulate` and in the run itself.
 */
export function decide(line: CommandLine | Refusal, known: Known): Decision {
  const { asker } = known;
  if (!asker) return refused(refusal('unknown-person', { ...known.sender }));
  if (!asker.active) return refused(refusal('inactive-person', { username: asker.username }));
  if (isRefusal(line)) return refused(line);
  if (line.stages.length > 1)
    return refused(
      refusal('not-supported-yet', { what: 'pipeline', text: line.text, position: line.stages[1]!.start }),
    );
  if (line.redirects.length > 0)
    return refused(
      refusal('not-supported-yet', { what: 'redirect', text: line.text, position: line.redirects[0]!.start }),
    );

  const [name, ...rest] = line.stages[0]!.words;
  const builtIn = findBuiltIn(name!.text);
  if (builtIn) return { kind: 'answer', asker, builtIn, words: rest.map((word) => word.text) };

  const entry = resolve(name!.text, known.catalogue, asker);
  if (isRefusal(entry)) return refused(entry);
  const words = readWords(rest);
  if (isRefusal(words)) return refused(words, entry);
  if (words.help) return { kind: 'answer', asker, builtIn: findBuiltIn('help')!, words: [entry.fullName] };
  return authorise(entry, words, asker) ?? place(entry, words, asker, known);
}

function resolve(name: string, catalogue: Catalogue, asker: KnownAsker): Entry | Refusal {
  const exact = catalogue.byFullName.get(name);
  if (exact) return exact;
  const named = catalogue.byBareName.get(name) ?? [];
  if (named.length === 1) return named[0]!;
  if (named.length > 1)
    return refusal('ambiguous-command', { name, candidates: named.map((entry) => entry.fullName) });
  const runnable = [...catalogue.byFullName.values()].filter((entry) => mayRun(entry, asker));
  const suggestion =
    suggest(
      name,
      runnable.map((entry) => entry.fullName),
    ) ??
    runnable.find(
      (entry) =>
        entry.command.name ===
        suggest(
          name,
          runnable.map((one) => one.command.name),
        ),
    )?.fullName;
  return refusal('unknown-command', { name, suggestion });
}

/** A refusal, or undefined where the rules let it pass. */
function authorise(entry: Entry, words: ReadWords, asker: KnownAsker): Refused | undefined {
  const verdict = judge(entry.rules, { args: words.args, options: words.options }, asker.permissions);
  if (verdict.kind === 'allowed') return undefined;
  const command = entry.fullName;
  const rules = verdict.outcomes.map((outcome) => outcome.rule);
  switch (verdict.reason) {
    case 'no-rules':
      return refused(refusal('no-rules', { command }), entry);
    case 'no-rule-holds':
      return refused(refusal('no-rule-holds', { command, rules, unsure: verdict.unsure }), entry);
    case 'repeated-option':
      return refused(refusal('repeated-option', { command, name: verdict.option }), entry);
    case 'missing-permission':
      return refused(
        refusal('not-allowed', {
          command,
          missing: verdict.missing,
          rule: unsatisfied(verdict),
          unsure: verdict.unsure,
        }),
        entry,
      );
  }
}

function place(entry: Entry, words: ReadWords, asker: KnownAsker, known: Known): Plan | Refused {
  const asked = words.on ? [{ from: 'person' as const, selector: words.on.text }] : [];
  const driver = entry.command.image === undefined ? 'process' : 'container';
  const choice = choose({ selectors: [...entry.selectors, ...asked], driver }, known.relays, known.key);
  switch (choice.kind) {
    case 'bad-selector':
      return refused(
        refusal('bad-selector', { ...choice.fault, text: choice.text, from: choice.from }),
        entry,
      );
    case 'none':
      return refused(
        refusal('no-relay', {
          ...choice.facts,
          selector: choice.selector,
          command: entry.fullName,
          now: known.now,
        }),
        entry,
      );
    case 'chosen':
      return {
        kind: 'plan',
        asker,
        entry,
        argv: words.argv,
        relay: choice.relay,
        driver: choice.driver,
        selector: choice.selector,
      };
  }
}

/** The first rule that held and was not satisfied. */
function unsatisfied(verdict: Denied): string | undefined {
  return verdict.outcomes.find((outcome) => outcome.held && outcome.satisfied === false)?.rule;
}

function refused(why: Refusal, entry?: Entry): Refused {
  return { kind: 'refused', refusal: why, entry };
}
