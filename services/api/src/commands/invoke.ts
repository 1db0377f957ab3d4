import type { RuleFacts } from '@chasqui/access-rules';
import type { Command } from '@chasqui/bundles';
import {
  argvOf,
  bind,
  fill,
  readWords,
  usageOf,
  variablesIn,
  variablesOf,
  type Bound,
  type Declarations,
  type Resolve,
  type Span,
  type Word,
} from '@chasqui/command-language';
import { isRefusal, type Refusal } from '@chasqui/contracts';
import { ndjson, type DataRecord } from '@chasqui/filters';
import type { Known } from './known.js';

/** A command and what was typed behind its name. */
export interface Call {
  readonly command: Command;
  readonly fullName: string;
  readonly words: readonly Word[];
}

/** What the stage before gives it: one record, or all of them. */
export interface Given {
  readonly record?: DataRecord;
  readonly all?: readonly DataRecord[];
}

/** One stage bound to one command: what the program is started with, and what the rules judge. */
export interface Invocation {
  readonly args: readonly string[];
  /** `CHASQUI_OPT_…` and `CHASQUI_ARG_…`, and for Cog's commands theirs. */
  readonly variables: Readonly<Record<string, string>>;
  readonly stdin?: string;
  /** The name of the lock that it needs, filled from its values. */
  readonly lock?: string;
  /** Values that the command declares secret, as it gets them. */
  readonly secrets?: readonly string[];
  readonly facts: RuleFacts;
  /** For templates: what it was given, without secrets. */
  readonly shown: Shown;
}

/** What a command was given, as templates see it: options by name, and positionals, or the words of a command that declares nothing. */
export interface Shown {
  readonly options: Readonly<Record<string, unknown>>;
  readonly arguments: readonly unknown[];
}

/**
 * Binds a call. A command that declares what it takes gets its values as it declares them, any other its words as they were typed;
 * variables are filled from the record, and without one only their defaults do. Pure.
 */
export function invoke(call: Call, given: Given, resolve: Resolve): Invocation | Refusal {
  const words = variablesIn(call.words).length > 0 ? fill(call.words, given.record) : call.words;
  if (isRefusal(words)) return words;
  const stdin = stdinOf(given) ?? (isCog(call.command) ? '{}\n' : undefined);
  const declarations = declarationsOf(call.command);
  if (!declarations) {
    const read = readWords(words);
    if (isRefusal(read)) return read;
    const { argv, args, options } = read;
    return {
      args: isCog(call.command) ? [] : argv,
      variables: {},
      stdin,
      lock: call.command.lock,
      facts: { args, options },
      shown: { options: {}, arguments: argv },
    };
  }
  const bound = bindTo(call, declarations, words, resolve);
  if (isRefusal(bound)) return bound;
  return {
    args: isCog(call.command) && !call.command.args ? [] : argvOf(bound, call.command.args),
    variables: variablesOf(bound),
    stdin,
    lock: lockOf(call.command, bound),
    facts: bound.ruleFacts,
    secrets: secretTexts(bound),
    shown: shownOf(bound),
  };
}

/** Cog gave programs no words but variables (`cog-environment.ts`), and an empty record where there was none. */
function isCog({ calling }: Command): boolean {
  return calling === 'cog';
}

/** Checks what can be of words whose records are not there yet; undefined where nothing is wrong so far. */
export function check(call: Call, resolve: Resolve): Refusal | undefined {
  const declarations = declarationsOf(call.command);
  if (!declarations) return undefined;
  const bound = bindTo(call, declarations, call.words, resolve);
  return isRefusal(bound) ? bound : undefined;
}

/** Where in the line the values stand that a command declares to be secret, as far as that can be told from words that may be wrong. */
export function secretsIn(command: Command, words: readonly Word[], resolve: Resolve): readonly Span[] {
  const declarations = declarationsOf(command);
  if (!declarations || ![...declarations.options, ...declarations.positionals].some(({ secret }) => secret))
    return [];
  const bound = bind(declarations, words, resolve);
  return isRefusal(bound) ? (bound.facts['secrets'] as readonly Span[]) : bound.secrets;
}

/** What a command declares to take, or undefined where it declares nothing. The same object each time, because much is worked out from it once. */
export function declarationsOf(command: Command): Declarations | undefined {
  const { options, positionals } = command;
  if (!options && !positionals) return undefined;
  let declarations = declared.get(command);
  if (!declarations)
    declared.set(command, (declarations = { options: options ?? [], positionals: positionals ?? [] }));
  return declarations;
}

const declared = new WeakMap<Command, Declarations>();

/** The names of a command's own options: one of Chasqui's that it declared before it was Chasqui's stays the command's. */
export function ownOptions({ options = [] }: Command): ReadonlySet<string> {
  return new Set(options.map(({ name }) => name));
}

/** What the names in a line stand for, as far as they were looked up. */
export function resolversOf({ people, rooms }: Pick<Known, 'people' | 'rooms'>): Resolve {
  return {
    user: (name) => people.get(name)?.username,
    channel: (name) => (rooms.has(name) ? name : undefined),
  };
}

function bindTo(
  { fullName }: Call,
  declarations: Declarations,
  words: readonly Word[],
  resolve: Resolve,
): Bound | Refusal {
  const bound = bind(declarations, words, resolve);
  if (!isRefusal(bound)) return bound;
  const usage = usageOf(fullName, declarations).line;
  return { ...bound, facts: { command: fullName, usage, ...bound.facts } };
}

function stdinOf({ record, all }: Given): string | undefined {
  if (all) return ndjson(all);
  return record && ndjson([record]);
}

/** A lock whose values are not there is taken by its own text: rather one for all than none. */
function lockOf({ lock }: Command, bound: Bound): string | undefined {
  return lock === undefined ? undefined : argvOf(bound, [lock]).join(',') || lock;
}

function secretTexts({ options, positionals }: Bound): readonly string[] | undefined {
  const texts = [...options, ...positionals].flatMap(({ secret, texts: given }) => (secret ? given : []));
  return texts.length > 0 ? texts : undefined;
}

function shownOf(bound: Bound): Shown {
  const open = bound.options.filter((one) => !one.secret);
  return {
    options: Object.fromEntries(open.map(({ name, value }) => [name, value])),
    arguments: bound.positionals.filter((one) => !one.secret).map(({ value }) => value),
  };
}
