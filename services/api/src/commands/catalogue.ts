import { isRuleFault, parseRule } from '@chasqui/access-rules';
import type { Bundle, Command } from '@chasqui/bundles';
import type { Word } from '@chasqui/command-language';
import { isSelectorFault, parseSelector, type Selector } from '@chasqui/relay-selection';
import { SitePolicy, type PooledRule } from '../site-rules/site-policy.js';
import { fullNameOf } from './full-name.js';
import { takesNames } from './takes-names.js';

/** A command that people can name, with its rules and selectors read once. */
export interface Entry {
  readonly bundle: Bundle;
  readonly command: Command;
  readonly fullName: string;
  /** Those of its bundle and those of the site that are for it. */
  readonly rules: readonly PooledRule[];
  readonly selectors: readonly { readonly from: 'bundle' | 'command'; readonly selector: Selector }[];
}

/** All commands of all enabled bundles, by what people call them. */
export interface Catalogue {
  readonly byFullName: ReadonlyMap<string, Entry>;
  readonly byBareName: ReadonlyMap<string, readonly Entry[]>;
  /** The most words that a command's name has. */
  readonly longestName: number;
  /** Whether a command takes a person or a room, so that their names have to be looked up. */
  readonly namesPeople: boolean;
}

/**
 * Builds the catalogue of the enabled bundles, with the rules of the site beside theirs. They were checked when they were installed, so a
 * fault here is a bug.
 */
export function buildCatalogue(bundles: readonly Bundle[], policy: SitePolicy = SitePolicy.none): Catalogue {
  const entries = bundles.flatMap((bundle) =>
    bundle.commands.map((command) => entryOf(bundle, command, policy)),
  );
  return {
    byFullName: new Map(entries.map((entry) => [entry.fullName, entry])),
    byBareName: Map.groupBy(entries, (entry) => entry.command.name),
    longestName: Math.max(1, ...entries.map(({ command }) => command.name.split(' ').length)),
    namesPeople: entries.some(({ command }) => takesNames(command)),
  };
}

/** Every command that the first words can name, by the most words that name any; and the words after them. */
export function findEntries(
  words: readonly Word[],
  { byFullName, byBareName, longestName }: Catalogue,
): { entries: readonly Entry[]; rest: readonly Word[] } {
  for (let length = Math.min(longestName, words.length); length > 0; length--) {
    const name = words
      .slice(0, length)
      .map((word) => word.text)
      .join(' ');
    const exact = byFullName.get(name);
    const entries = exact ? [exact] : byBareName.get(name);
    if (entries) return { entries, rest: words.slice(length) };
  }
  return { entries: [], rest: words };
}

function entryOf(bundle: Bundle, command: Command, policy: SitePolicy): Entry {
  const fullName = fullNameOf({ bundle, command });
  const selectors = [
    ...(bundle.relay === undefined
      ? []
      : [{ from: 'bundle' as const, selector: readSelector(bundle.relay, fullName) }]),
    ...(command.relay === undefined
      ? []
      : [{ from: 'command' as const, selector: readSelector(command.relay, fullName) }]),
  ];
  const rules = policy.pooled(fullName, rulesOf(command, fullName));
  return { bundle, command, fullName, rules, selectors };
}

/** The rules that a command's bundle gives it, read once for as long as it is held. @throws for one that does not parse: it was checked when it was installed */
export function rulesOf(command: Command, fullName: string): readonly PooledRule[] {
  let rules = read.get(command);
  if (!rules) read.set(command, (rules = command.rules.map((text) => readRule(text, fullName))));
  return rules;
}

const read = new WeakMap<Command, readonly PooledRule[]>();

function readRule(text: string, of: string): PooledRule {
  const rule = parseRule(text);
  if (isRuleFault(rule)) throw new Error(`${of} was installed with a rule that does not parse: ${text}`);
  return { ...rule, from: 'bundle' };
}

function readSelector(text: string, of: string): Selector {
  const selector = parseSelector(text);
  if (isSelectorFault(selector))
    throw new Error(`${of} was installed with a selector that does not parse: ${text}`);
  return selector;
}
