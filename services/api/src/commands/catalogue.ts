import { isRuleFault, parseRule, type Rule } from '@chasqui/access-rules';
import type { Bundle, Command } from '@chasqui/bundles';
import { isSelectorFault, parseSelector, type Selector } from '@chasqui/relay-selection';

/** A command that people can name, with its rules and selectors read once. */
export interface Entry {
  readonly bundle: Bundle;
  readonly command: Command;
  readonly fullName: string;
  readonly rules: readonly Rule[];
  readonly selectors: readonly { readonly from: 'bundle' | 'command'; readonly selector: Selector }[];
}

/** All commands of all enabled bundles, by what people call them. */
export interface Catalogue {
  readonly byFullName: ReadonlyMap<string, Entry>;
  readonly byBareName: ReadonlyMap<string, readonly Entry[]>;
}

/** Builds the catalogue of the enabled bundles. They were checked when they were installed, so a fault here is a bug. */
export function buildCatalogue(bundles: readonly Bundle[]): Catalogue {
  const byFullName = new Map<string, Entry>();
  const byBareName = new Map<string, Entry[]>();
  for (const bundle of bundles) {
    for (const command of bundle.commands) {
      const entry = entryOf(bundle, command);
      byFullName.set(entry.fullName, entry);
      byBareName.set(command.name, [...(byBareName.get(command.name) ?? []), entry]);
    }
  }
  return { byFullName, byBareName };
}

function entryOf(bundle: Bundle, command: Command): Entry {
  const fullName = `${bundle.name}:${command.name}`;
  const selectors = [
    ...(bundle.relay === undefined
      ? []
      : [{ from: 'bundle' as const, selector: readSelector(bundle.relay, fullName) }]),
    ...(command.relay === undefined
      ? []
      : [{ from: 'command' as const, selector: readSelector(command.relay, fullName) }]),
  ];
  return {
    bundle,
    command,
    fullName,
    rules: command.rules.map((text) => readRule(text, fullName)),
    selectors,
  };
}

function readRule(text: string, of: string): Rule {
  const rule = parseRule(text);
  if (isRuleFault(rule)) throw new Error(`${of} was installed with a rule that does not parse: ${text}`);
  return rule;
}

function readSelector(text: string, of: string): Selector {
  const selector = parseSelector(text);
  if (isSelectorFault(selector))
    throw new Error(`${of} was installed with a selector that does not parse: ${text}`);
  return selector;
}
