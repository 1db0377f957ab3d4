import type { Block } from '@chasqui/contracts';
import { rendered, type Rendered } from './rendered.js';
import { helpFooter, noCommands, rulesHint } from './wording/help.js';

/** One command of an enabled bundle, as help shows it. */
export interface CommandEntry {
  readonly bundle: string;
  readonly version: string;
  readonly command: string;
  readonly description: string;
  readonly longDescription?: string;
  /** How it is written: `ops:restart SERVICE [--force]`. */
  readonly usage?: string;
  readonly rules?: readonly string[];
  /** The selector a relay must match. */
  readonly relay?: string;
}

/** The list of commands, by bundle, each with what it does, and then what needs no bundle. */
export function renderHelp(
  commands: readonly CommandEntry[],
  builtIns: readonly { readonly name: string; readonly description: string }[] = [],
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
  if (builtIns.length > 0)
    blocks.push({
      kind: 'fields',
      fields: builtIns.map(({ name, description }) => ({ name, value: description })),
    });
  return rendered('succeeded', [...blocks, { kind: 'text', text: helpFooter, tone: 'quiet' }]);
}

/** Everything about one command. */
export function renderCommandHelp(entry: CommandEntry): Rendered {
  const facts = [
    { name: 'usage', value: entry.usage ?? fullName(entry) },
    { name: 'bundle', value: `${entry.bundle} ${entry.version}` },
    ...(entry.relay ? [{ name: 'relay', value: entry.relay }] : []),
    { name: 'who may', value: rulesHint(entry.rules ?? []) },
  ];
  return rendered('succeeded', [
    { kind: 'text', text: `${fullName(entry)}: ${entry.description}` },
    ...(entry.longDescription ? [{ kind: 'text', text: entry.longDescription.trim() } as const] : []),
    { kind: 'fields', fields: facts },
  ]);
}

function fullName(entry: CommandEntry): string {
  return `${entry.bundle}:${entry.command}`;
}

function firstLine(text: string): string {
  return text.trim().split('\n')[0] ?? '';
}
