import { isRuleFault, parseRule, type Rule, type RuleFacts } from '@chasqui/access-rules';
import { readBundle, type Bundle, type Command } from '@chasqui/bundles';
import {
  bind,
  fill,
  parseLine,
  readWords,
  splitName,
  takePlacement,
  usageOf,
  type Resolve,
  type Word,
} from '@chasqui/command-language';
import { isRefusal, type Refusal } from '@chasqui/contracts';
import { bundleFaultSentence, readTemplate, renderRefusal } from '@chasqui/replies';
import { faultLine } from '../bundles/print-fault.js';
import { readBundleFile } from '../bundles/read-bundle-file.js';
import { exitCodes, Stop } from '../stop.js';

/** What rules see of a line. */
export interface JudgedLine {
  /** `bundle:command`, or the bare `command` that was typed where no bundle file tells. */
  readonly command: string;
  readonly facts: RuleFacts;
  /** Those of the bundle file, if there is one. */
  readonly rules: readonly Rule[];
}

/** Reads the first stage of a line as a command that declares nothing. */
export function judgedLine(text: string): JudgedLine {
  const { name, rest } = splitName(firstWords(text));
  const command = name.bundle ? `${name.bundle}:${name.command}` : name.command;
  return { command, facts: typedFacts(rest, text), rules: [] };
}

/** Reads the first stage of a line as the command of this bundle file that it names: bound to what that declares, if it declares anything. */
export async function judgedLineIn(file: string, text: string): Promise<JudgedLine> {
  const bundle = await readRight(file);
  const words = firstWords(text);
  const { command, rest } = commandIn(bundle, words);
  const fullName = `${bundle.name}:${command.name}`;
  const rules = command.rules.flatMap((rule) => {
    const read = parseRule(rule);
    return isRuleFault(read) ? [] : [read];
  });
  const declares = command.options ?? command.positionals;
  const facts = declares ? boundFacts(command, fullName, rest, text) : typedFacts(rest, text);
  return { command: fullName, facts, rules };
}

function firstWords(text: string): readonly Word[] {
  return orStop(parseLine(text), text).stages[0]!.words;
}

async function readRight(file: string): Promise<Bundle> {
  const { bundle, faults } = readBundle(await readBundleFile(file), { readTemplate });
  if (bundle) return bundle;
  const errors = faults.filter(({ severity }) => severity === 'error');
  throw new Stop(
    errors.map((fault) => faultLine(file, { ...fault, message: bundleFaultSentence(fault) })).join('\n'),
  );
}

/** The command by the most words that name one. */
function commandIn(bundle: Bundle, words: readonly Word[]): { command: Command; rest: readonly Word[] } {
  for (let length = words.length; length > 0; length--) {
    const typed = words
      .slice(0, length)
      .map((word) => word.text)
      .join(' ');
    const command = bundle.commands.find(({ name }) => typed === name || typed === `${bundle.name}:${name}`);
    if (command) return { command, rest: words.slice(length) };
  }
  const names = bundle.commands.map(({ name }) => name).join(', ');
  throw new Stop(`${bundle.name} has no command ${words[0]!.text}; it has ${names}`, exitCodes.usage);
}

function typedFacts(words: readonly Word[], text: string): RuleFacts {
  const { args, options } = orStop(readWords(orStop(fill(words, undefined), text)), text);
  return { args, options };
}

function boundFacts(
  { options = [], positionals = [] }: Command,
  command: string,
  words: readonly Word[],
  text: string,
): RuleFacts {
  const declarations = { options, positionals };
  const { kept } = orStop(takePlacement(words, new Set(options.map(({ name }) => name))), text);
  const bound = bind(declarations, orStop(fill(kept, undefined), text), anyName);
  if (!isRefusal(bound)) return bound.ruleFacts;
  const usage = usageOf(command, declarations).line;
  throw asInChat({ ...bound, facts: { command, usage, ...bound.facts } }, text);
}

/** Without a server everybody and every room is there. */
const anyName: Resolve = { user: (name) => name, channel: (name) => name };

function orStop<T extends object>(read: T | Refusal, text: string): T {
  if (isRefusal(read)) throw asInChat(read, text);
  return read as T;
}

/** The sentence that a person in chat would get. */
function asInChat(refusal: Refusal, text: string): Stop {
  return new Stop(renderRefusal(refusal, text).text);
}
