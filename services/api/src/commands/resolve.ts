import { suggest, type Word } from '@chasqui/command-language';
import { refusal, type Refusal } from '@chasqui/contracts';
import { findEntries, type Catalogue, type Entry } from './catalogue.js';
import type { KnownAsker } from './known.js';
import { mayRun } from './may-run.js';

/** A command, and the words that are its own. */
export interface Resolved {
  readonly entry: Entry;
  readonly rest: readonly Word[];
}

/**
 * Which command a stage's words name: the longest name that fits. `bundle:command` always, `command` where one enabled bundle has it;
 * otherwise a refusal that lists the candidates, or names the nearest command that the asker may run.
 */
export function resolve(
  words: readonly Word[],
  catalogue: Catalogue,
  asker: KnownAsker,
  otherNames: Iterable<string> = [],
): Resolved | Refusal {
  const { entries, rest } = findEntries(words, catalogue);
  const position = words[0]!.start;
  if (entries.length === 1) return { entry: entries[0]!, rest };
  const name = words
    .slice(0, Math.max(1, words.length - rest.length))
    .map((word) => word.text)
    .join(' ');
  if (entries.length > 1) {
    const candidates = entries.map((entry) => entry.fullName);
    return refusal('ambiguous-command', { name, candidates, position, length: name.length });
  }
  const suggestion = nearest(words[0]!.text, catalogue, asker, otherNames);
  return refusal('unknown-command', {
    name: words[0]!.text,
    suggestion,
    position,
    length: words[0]!.end - position,
  });
}

function nearest(
  name: string,
  catalogue: Catalogue,
  asker: KnownAsker,
  otherNames: Iterable<string>,
): string | undefined {
  const runnable = [...catalogue.byFullName.values()].filter((entry) => mayRun(entry, asker));
  const full = suggest(
    name,
    runnable.map((entry) => entry.fullName),
  );
  if (full !== undefined) return full;
  const bare = suggest(name, [...runnable.map((entry) => entry.command.name), ...otherNames]);
  return runnable.find((entry) => entry.command.name === bare)?.fullName ?? bare;
}
