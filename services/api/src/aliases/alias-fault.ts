import { parseLine } from '@chasqui/command-language';
import { isRefusal, refusal, type Refusal } from '@chasqui/contracts';
import { isFilter } from '@chasqui/filters';
import { isBuiltIn } from '../built-ins/names.js';
import { expand, type Aliases } from '../commands/expand.js';

/** A name for a line, as somebody wants it. */
export interface WantedAlias {
  readonly name: string;
  readonly line: string;
  /** For everybody, and not only for who sets it. */
  readonly site: boolean;
}

/** What there is already: the aliases of who asks and of the site, and the bare names of enabled commands. */
export interface AliasNeighbours {
  readonly aliases: Aliases;
  readonly commands: Pick<ReadonlySet<string>, 'has'>;
  /** Whether a line has a secret of a command in it. */
  readonly hasSecrets: (line: string) => boolean;
}

/** An own alias is read with every message. */
const longestAlias = 10_000;

/**
 * Why somebody cannot have an alias, if they cannot: its name is none or means something already, its line cannot be read, it leads back to
 * itself, or there is a secret in it, which would stand in clear wherever aliases are kept and told. Pure.
 */
export function aliasFault(
  { name, line: text, site }: WantedAlias,
  { aliases, commands, hasSecrets }: AliasNeighbours,
): Refusal | undefined {
  if (!/^[a-z][a-z0-9_-]{0,39}$/i.test(name)) return refusal('bad-alias-name', { name });
  if (text.length > longestAlias) return refusal('alias-too-long', { name, most: longestAlias });
  const taken = whatTakes(name, commands);
  if (taken) return refusal('alias-taken', { name, what: taken });
  if (hasSecrets(text)) return refusal('alias-secret', { name });
  const line = parseLine(text);
  if (isRefusal(line)) return { ...line, facts: { ...line.facts, text } };
  // The site's must have an end for those who have no aliases of their own.
  const asSet: Aliases = site
    ? { own: new Map(), site: new Map([...aliases.site, [name, text]]) }
    : { own: new Map([...aliases.own, [name, text]]), site: aliases.site };
  const written = expand(line, asSet, () => false);
  return isRefusal(written) ? written : undefined;
}

/** An alias never stands for what has a meaning already. */
function whatTakes(name: string, commands: AliasNeighbours['commands']): string | undefined {
  if (isBuiltIn(name)) return "Chasqui's own";
  if (isFilter(name)) return 'a filter';
  return commands.has(name) ? 'a command' : undefined;
}
