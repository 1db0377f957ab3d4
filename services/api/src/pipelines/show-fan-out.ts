import { isRefusal, isTerminal, type Block, type ExecutionState, type Refusal } from '@chasqui/contracts';
import type { Records } from '@chasqui/filters';
import {
  draw,
  fanOutEnded,
  fanOutRunning,
  fanOutTable,
  quiet,
  rendered,
  sentence,
  theWhole,
  type Rendered,
} from '@chasqui/replies';
import { waveOf } from '../commands/fan-out.js';
import { fullNameOf } from '../commands/full-name.js';
import type { CommandStage } from '../commands/plan.js';
import type { ReadTarget } from './read-targets.js';

/** A fan-out as it is shown. */
export interface FanOutShown {
  readonly stage: CommandStage;
  readonly runId: string;
  readonly targets: readonly ReadTarget[];
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** While it is under way: how far it is, and a row per relay. */
export function showFanOutRunning({ stage, runId, targets, now }: FanOutShown): Rendered {
  const each = stage.each!;
  const begun = targets.filter(({ state, waitsFor }) => state !== 'waiting' || waitsFor !== 'wave');
  const [next] = targets.filter((target) => !begun.includes(target));
  const progress = fanOutRunning({
    command: fullNameOf(stage),
    runId,
    done: targets.filter(({ state }) => isTerminal(state as ExecutionState)).length,
    targets: targets.length,
    wave: waveOf(each, begun.at(-1)?.item ?? 0) + 1,
    waves: each.waves.length,
    nextAt: next?.notBefore,
    now,
  });
  const { leftOut, leftOutInAll } = each;
  return rendered('running', [
    quiet(progress),
    ...fanOutTable({ runId, targets, leftOut, leftOutInAll, now }),
  ]);
}

/** What a fan-out came to. */
export interface FanOutOver extends FanOutShown {
  readonly status: 'succeeded' | 'failed' | 'cancelled' | 'lost';
  readonly cancelledBy?: string;
  /** All that was printed, as the command declares it, or why it is not that. */
  readonly records: Records | Refusal;
  /** What each relay printed, as that alone is shown, and whether that is more than its row tells. */
  readonly printed: readonly { readonly relay: string; readonly shown: Rendered; readonly more: boolean }[];
}

/** Its end: how many did well, a row per relay, and what each printed: as one table of records where it is data, else one below the other. */
export function showFanOut(over: FanOutOver): Rendered {
  const { stage, runId, targets, now, status, records, cancelledBy } = over;
  const { maxFailures, leftOut, leftOutInAll } = stage.each!;
  const bad = targets.filter(({ state }) => state !== 'succeeded');
  const notStarted = bad.filter(({ state, startedAt }) => state === 'cancelled' && startedAt === undefined);
  const failed = bad.length - notStarted.length;
  const text = fanOutEnded({
    command: fullNameOf(stage),
    runId,
    targets: targets.length,
    failed,
    notStarted: notStarted.length,
    ...(status === 'cancelled'
      ? { cancelledBy }
      : notStarted.length > 0 && failed > maxFailures && { allowed: maxFailures }),
  });
  return rendered(status, [
    { kind: 'text', text, tone: status === 'succeeded' ? 'good' : 'bad' },
    ...fanOutTable({ runId, targets, leftOut, leftOutInAll, now }),
    ...(isRefusal(records) ? [quiet(sentence(records))] : []),
    ...outputs(over),
  ]);
}

/** What is printed under the table, at most: so many relays, and characters of their plain text together. */
const most = { relays: 20, characters: 12_000 };

function outputs({ stage, records, printed, runId }: FanOutOver): Block[] {
  const isData = stage.command.output !== 'text' && !isRefusal(records) && records.records.length > 0;
  const blocks: Block[] = isData ? draw(records) : [];
  const telling = printed.filter(({ more }) => more);
  let [shown, characters] = [0, 0];
  for (const { relay, shown: alone } of telling) {
    characters += alone.text.length;
    if (shown === most.relays || (shown > 0 && characters > most.characters)) break;
    shown += 1;
    blocks.push(quiet(`${relay}:`), ...alone.blocks);
  }
  return shown < telling.length ? [...blocks, quiet(theWhole(runId))] : blocks;
}
