import {
  renderCommandHelp,
  renderHelp,
  renderRelays,
  renderWhoami,
  sentence,
  type CommandEntry,
  type Rendered,
} from '@chasqui/replies';
import { refusal } from '@chasqui/contracts';
import type { Entry } from './catalogue.js';
import type { Known, KnownAsker } from './known.js';
import { mayRun } from './may-run.js';

/** A command that the API answers by itself, without a relay and for everybody who is known. */
export interface BuiltIn {
  readonly name: string;
  readonly description: string;
  readonly answer: (words: readonly string[], asker: KnownAsker, known: Known) => Rendered;
}

const builtIns: readonly BuiltIn[] = [
  { name: 'help', description: 'what you may run; help COMMAND tells all about one', answer: help },
  {
    name: 'whoami',
    description: 'who you are here, and what you may do',
    answer: (_, asker) => renderWhoami(asker),
  },
  {
    name: 'relays',
    description: 'the relays, their tags and how they are',
    answer: (_, __, known) => renderRelays(known.relays, known.now),
  },
];

export function findBuiltIn(name: string): BuiltIn | undefined {
  return builtIns.find((builtIn) => builtIn.name === name);
}

function help([name]: readonly string[], asker: KnownAsker, known: Known): Rendered {
  const visible = [...known.catalogue.byFullName.values()].filter((entry) => mayRun(entry, asker));
  if (name === undefined) return renderHelp(visible.map(commandEntry), builtIns);
  const named = visible.filter(
    (entry) => entry.fullName === name || entry.command.name === name || entry.bundle.name === name,
  );
  if (named.length === 1) return renderCommandHelp(commandEntry(named[0]!));
  if (named.length > 1) return renderHelp(named.map(commandEntry), []);
  const text = sentence(refusal('unknown-command', { name }));
  return { mark: 'refused', blocks: [{ kind: 'text', text, tone: 'bad' }], text };
}

function commandEntry(entry: Entry): CommandEntry {
  const { bundle, command } = entry;
  return {
    bundle: bundle.name,
    version: bundle.version,
    command: command.name,
    description: command.description,
    longDescription: command.longDescription,
    rules: command.rules,
    relay: [bundle.relay, command.relay].filter((selector) => selector !== undefined).join(',') || undefined,
  };
}
