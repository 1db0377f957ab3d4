import { parseSelector, printSelector, isSelectorFault, type Requirement } from '@chasqui/relay-selection';
import { quoteWord, takePlacement, type Stage, type Word } from '@chasqui/command-language';
import { isRefusal } from '@chasqui/contracts';
import type { DataSource } from 'typeorm';

/** Relays of a run's fan-outs: by stage, those on which it did not succeed, and whether there were any others. */
export interface FanOutTargets {
  readonly stage: number;
  readonly failed: readonly string[];
}

/** What became of a run's executions, by stage and relay, the latest attempt of each. */
export async function readFailed(
  db: Pick<DataSource, 'query'>,
  runId: string,
): Promise<readonly FanOutTargets[]> {
  return db.query<FanOutTargets[]>(
    `select stage, coalesce(array_agg(relay order by item) filter (where state <> 'succeeded'), '{}') as failed
     from executions where run_id = $1 and superseded_by is null group by stage order by stage`,
    [runId],
  );
}

/** Whether a stage runs on each relay that matches. */
export function isFanOut({ words }: Stage): boolean {
  return eachIn(words) !== undefined;
}

/** The same stage on fewer relays: on those of these names that match still. */
export function onThese(stage: Stage, names: readonly string[]): Stage {
  const found = eachIn(stage.words)!;
  const { at, selector, joined } = found;
  const raw = quoteWord(narrowed(selector, names));
  const word: Word = { ...stage.words[at]!, raw: joined ? `--on-each=${raw}` : raw };
  return { ...stage, words: stage.words.with(at, word) };
}

/** The selector with `name in (…)`, in place of one that is in it already. */
function narrowed(selector: string, names: readonly string[]): string {
  const requirement: Requirement = { kind: 'in', key: 'name', values: [...names] };
  const read = parseSelector(selector);
  if (isSelectorFault(read)) return selector;
  const others = read.requirements.filter(({ kind, key }) => kind !== 'in' || key !== 'name');
  return printSelector({ requirements: [...others, requirement] });
}

/** Where the selector of `--on-each` stands among a stage's words. */
function eachIn(
  words: readonly Word[],
): { readonly at: number; readonly selector: string; readonly joined: boolean } | undefined {
  const taken = takePlacement(words.slice(1));
  if (isRefusal(taken) || !taken.placement.each) return undefined;
  const { text, start } = taken.placement.each.selector;
  const at = words.findIndex((word) => word.start <= start && start <= word.end);
  return { at, selector: text, joined: words[at]!.raw.startsWith('--on-each=') };
}
