import { parseLine } from '@chasqui/command-language';
import { isRefusal, refusal, type Refusal } from '@chasqui/contracts';
import { isFilter } from '@chasqui/filters';
import { rendered, whichSentences as say, type Rendered } from '@chasqui/replies';
import { findEntries } from '../commands/catalogue.js';
import { mayRun } from '../commands/may-run.js';
import type { Ask } from './built-in.js';
import { builtInHelp, isBuiltIn } from './names.js';

/** What a name stands for, in the order in which a line is read: our own, a filter, commands, aliases. */
export function which({ words, asker, known }: Ask): Rendered | Refusal {
  if (words.length === 0) return refusal('bad-usage', { usage: builtInHelp.which.usage });
  const name = words.join(' ');
  const text = meaning(name, { asker, known });
  if (text === undefined) return refusal('unknown-command', { name });
  return rendered('succeeded', [{ kind: 'text', text }]);
}

function meaning(name: string, { asker, known }: Omit<Ask, 'words'>): string | undefined {
  if (isBuiltIn(name)) return say.own(name);
  if (isFilter(name)) return say.filter(name);
  const line = parseLine(name);
  const [stage] = isRefusal(line) ? [] : line.stages;
  const { entries, rest } = stage ? findEntries(stage.words, known.catalogue) : { entries: [], rest: [] };
  const visible = entries.filter((entry) => mayRun(entry, asker));
  // Without the words behind it: one of them may be a secret, and what is answered is kept.
  const named = stage?.words
    .slice(0, stage.words.length - rest.length)
    .map((word) => word.text)
    .join(' ');
  if (visible.length > 1)
    return say.several(
      named!,
      visible.map((entry) => entry.fullName),
    );
  const [entry] = visible;
  if (entry) return say.command(named!, entry.fullName, entry.bundle.version);
  const own = known.aliases.own.get(name);
  if (own !== undefined) return say.ownAlias(name, own);
  const site = known.aliases.site.get(name);
  return site === undefined ? undefined : say.siteAlias(name, site);
}
