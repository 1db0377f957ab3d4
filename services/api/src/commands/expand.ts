import { parseLine, printLine, type CommandLine, type Stage } from '@chasqui/command-language';
import { isRefusal, refusal, type Refusal } from '@chasqui/contracts';

/** What names stand for: the asker's own, and those of the site. An own one goes before the site's. */
export interface Aliases {
  readonly own: ReadonlyMap<string, string>;
  readonly site: ReadonlyMap<string, string>;
}

/** How many aliases may lead from one to the next. */
const deepest = 10;
/** How many stages a line may have once all its aliases are written out. */
const mostStages = 50;

/**
 * Writes aliases out, until no stage begins with one. The words behind an alias go to the first stage of what it stands for; its
 * redirects hold only where it is the last stage. Whatever `isTaken` is never an alias: they do not shadow.
 */
export function expand(
  line: CommandLine,
  aliases: Aliases,
  isTaken: (stage: Stage) => boolean,
): CommandLine | Refusal {
  if (aliases.own.size + aliases.site.size === 0) return line;
  if (!line.stages.some((stage) => aliasOf(stage, aliases, isTaken) !== undefined)) return line;
  const written = writeOut(line, aliases, isTaken, []);
  // Read again, so that every position counts in the line as it is shown.
  return isRefusal(written) ? written : parseLine(printLine(written));
}

type Lines = Pick<CommandLine, 'stages' | 'redirects'>;

function writeOut(
  line: Lines,
  aliases: Aliases,
  isTaken: (stage: Stage) => boolean,
  path: readonly string[],
): Lines | Refusal {
  const stages: Stage[] = [];
  let redirects = line.redirects;
  for (const [index, stage] of line.stages.entries()) {
    const text = aliasOf(stage, aliases, isTaken);
    if (text === undefined) {
      stages.push(stage);
      continue;
    }
    const [name, ...words] = stage.words;
    const way = [...path, name!.text];
    if (path.includes(name!.text) || way.length > deepest) return refusal('alias-loop', { path: way });
    const read = parseLine(text);
    if (isRefusal(read)) return refusal('alias-broken', { name: name!.text, text, ...read.facts });
    const inner = writeOut(appended(read, words), aliases, isTaken, way);
    if (isRefusal(inner)) return inner;
    if (inner.redirects.length > 0 && index < line.stages.length - 1)
      return refusal('alias-redirects', { name: name!.text });
    stages.push(...inner.stages);
    redirects = [...inner.redirects, ...redirects];
    if (stages.length > mostStages) return refusal('alias-loop', { path: way });
  }
  return { stages, redirects };
}

function appended({ stages, redirects }: Lines, words: Stage['words']): Lines {
  const [first, ...rest] = stages;
  return { stages: [{ ...first!, words: [...first!.words, ...words] }, ...rest], redirects };
}

/** An alias is a bare word: `\\name` and `"name"` are not. */
function aliasOf(
  stage: Stage,
  { own, site }: Aliases,
  isTaken: (stage: Stage) => boolean,
): string | undefined {
  const [name] = stage.words;
  if (name!.quoted) return undefined;
  const text = own.get(name!.text) ?? site.get(name!.text);
  return text === undefined || isTaken(stage) ? undefined : text;
}
