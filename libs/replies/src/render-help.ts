import type { Block } from '@chasqui/contracts';
import { rendered, type Rendered } from './rendered.js';
import { helpFooter, noCommands, rulesHint, valueHint, type ValueHint } from './wording/help.js';
import { deprecatedSentence } from './wording/pipelines.js';

/** One command of an enabled bundle, as help shows it. */
export interface CommandEntry {
  readonly bundle: string;
  readonly version: string;
  readonly command: string;
  readonly description: string;
  readonly longDescription?: string;
  /** How it is written: `ops:restart SERVICE [--force]`. */
  readonly usage?: string;
  /** What it takes, a line each: the positionals, then the options. */
  readonly values?: readonly ValueHint[];
  readonly examples?: readonly { readonly line: string; readonly description?: string }[];
  readonly rules?: readonly string[];
  /** The selector a relay must match. */
  readonly relay?: string;
  /** What it does with the records of the stage before it. */
  readonly input?: string;
  readonly deprecated?: { readonly successor?: string; readonly message?: string };
}

/** A bundle, as help shows it above its commands. */
export interface BundleEntry {
  readonly name: string;
  readonly version: string;
  readonly description: string;
  readonly longDescription?: string;
  readonly author?: string;
  readonly homepage?: string;
  readonly license?: string;
}

/** What the API answers by itself, a filter or a command of its own. */
export interface OwnEntry {
  readonly name: string;
  readonly usage: string;
  readonly description: string;
  readonly examples?: readonly string[];
}

/** The list of commands, by bundle, each with what it does, and then what needs no bundle. */
export function renderHelp(
  commands: readonly CommandEntry[],
  own: readonly (readonly OwnEntry[])[] = [],
): Rendered {
  const bundles = Map.groupBy(commands, (entry) => entry.bundle);
  const blocks = [...bundles.keys()].sort().map((bundle): Block => {
    const entries = bundles.get(bundle)!.toSorted((a, b) => a.command.localeCompare(b.command));
    return {
      kind: 'fields',
      fields: entries.map((entry) => ({ name: fullName(entry), value: firstLine(entry.description) })),
    };
  });
  if (blocks.length === 0) blocks.push({ kind: 'text', text: noCommands });
  for (const group of own) {
    const fields = group.map(({ name, description }) => ({ name, value: firstLine(description) }));
    blocks.push({ kind: 'fields', fields });
  }
  return rendered('succeeded', [...blocks, { kind: 'text', text: helpFooter, tone: 'quiet' }]);
}

/** What a bundle is for, and those of its commands that are given. */
export function renderBundleHelp(bundle: BundleEntry, commands: readonly CommandEntry[]): Rendered {
  const { name, version, description, longDescription, author, homepage, license } = bundle;
  const fields = Object.entries({ author, homepage, license }).flatMap(([key, value]) =>
    value ? [{ name: key, value }] : [],
  );
  return rendered('succeeded', [
    { kind: 'text', text: `${name} ${version}: ${description}` },
    ...(longDescription ? [{ kind: 'text', text: longDescription.trim() } as const] : []),
    ...(fields.length > 0 ? [{ kind: 'fields', fields } as const] : []),
    ...renderHelp(commands).blocks,
  ]);
}

/** Everything about one command. */
export function renderCommandHelp(entry: CommandEntry): Rendered {
  const facts = [
    { name: 'usage', value: entry.usage ?? fullName(entry) },
    ...(entry.values ?? []).map((value) => ({ name: value.label, value: valueHint(value) })),
    { name: 'bundle', value: `${entry.bundle} ${entry.version}` },
    ...(entry.relay ? [{ name: 'relay', value: entry.relay }] : []),
    ...(entry.input ? [{ name: 'input', value: entry.input }] : []),
    { name: 'who may', value: rulesHint(entry.rules ?? []) },
  ];
  return rendered('succeeded', [
    { kind: 'text', text: `${fullName(entry)}: ${entry.description}` },
    ...(entry.longDescription ? [{ kind: 'text', text: entry.longDescription.trim() } as const] : []),
    { kind: 'fields', fields: facts },
    ...examplesOf(entry.examples ?? []),
    ...(entry.deprecated
      ? [
          {
            kind: 'text',
            text: deprecatedSentence({ command: fullName(entry), ...entry.deprecated }),
            tone: 'quiet',
          } as const,
        ]
      : []),
  ]);
}

/** Everything about one of our own. */
export function renderOwnHelp({ name, usage, description, examples = [] }: OwnEntry): Rendered {
  return rendered('succeeded', [
    { kind: 'text', text: `${name}: ${description}` },
    { kind: 'fields', fields: [{ name: 'usage', value: usage }] },
    ...examplesOf(examples.map((line) => ({ line }))),
  ]);
}

function examplesOf(
  examples: readonly { readonly line: string; readonly description?: string }[],
): readonly Block[] {
  if (examples.length === 0) return [];
  const lines = examples.map(({ line, description }) => (description ? `${line}  # ${description}` : line));
  return [{ kind: 'code', text: lines.join('\n') }];
}

function fullName(entry: CommandEntry): string {
  return `${entry.bundle}:${entry.command}`;
}

function firstLine(text: string): string {
  return text.trim().split('\n')[0] ?? '';
}
