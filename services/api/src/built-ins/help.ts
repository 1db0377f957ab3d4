import { usageOf } from '@chasqui/command-language';
import { refusal, type Refusal } from '@chasqui/contracts';
import { filterHelp } from '@chasqui/filters';
import {
  inputHints,
  renderBundleHelp,
  renderCommandHelp,
  renderHelp,
  renderOwnHelp,
  type CommandEntry,
  type Rendered,
} from '@chasqui/replies';
import type { Entry } from '../commands/catalogue.js';
import { declarationsOf } from '../commands/invoke.js';
import { mayRun } from '../commands/may-run.js';
import type { Ask } from './built-in.js';
import { builtInHelp } from './names.js';

/** What the asker may run, or all about what a name stands for: a bundle, a command, a filter, or one of our own. */
export function help({ words, asker, known }: Ask): Rendered | Refusal {
  const visible = [...known.catalogue.byFullName.values()].filter((entry) => mayRun(entry, asker));
  const own = Object.values(builtInHelp);
  if (words.length === 0) return renderHelp(visible.map(commandEntry), [own, filterHelp]);
  const name = words.join(' ');
  const ours = [...own, ...filterHelp].find((entry) => entry.name === name);
  if (ours) return renderOwnHelp(ours);
  const exact = visible.find((entry) => entry.fullName === name);
  if (exact) return renderCommandHelp(commandEntry(exact));
  const named = visible.filter(
    ({ command, bundle }) =>
      command.name === name || bundle.name === name || command.name.startsWith(`${name} `),
  );
  const bundle = named[0]?.bundle;
  if (bundle?.name === name && named.every((entry) => entry.bundle === bundle))
    return renderBundleHelp(bundle, named.map(commandEntry));
  if (named.length === 1) return renderCommandHelp(commandEntry(named[0]!));
  if (named.length > 1) return renderHelp(named.map(commandEntry));
  return refusal('unknown-command', { name });
}

function commandEntry(entry: Entry): CommandEntry {
  const { bundle, command, fullName } = entry;
  const declarations = declarationsOf(command);
  const usage = declarations && usageOf(fullName, declarations);
  return {
    bundle: bundle.name,
    version: bundle.version,
    command: command.name,
    description: command.description,
    longDescription: command.longDescription,
    usage: usage?.line,
    values: [...(usage?.positionals ?? []), ...(usage?.options ?? []), ...filesOf(command)],
    examples: command.examples,
    rules: command.rules,
    relay: [bundle.relay, command.relay].filter((selector) => selector !== undefined).join(',') || undefined,
    input: command.input && inputHints[command.input],
    deprecated: command.deprecated,
  };
}

/** What it is given besides words. */
function filesOf({ files }: Entry['command']): NonNullable<CommandEntry['values']> {
  return (files?.in ?? []).map(({ key, description, required }) => ({
    label: `--file ${key}=PATH`,
    type: 'file',
    required,
    ...(description !== undefined && { description }),
  }));
}
