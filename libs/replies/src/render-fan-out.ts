import type { Block } from '@chasqui/contracts';
import { printable } from './printable.js';
import { quiet } from './remark.js';
import { duration } from './wording/amounts.js';
import {
  fanOutColumns,
  leftOutSentence,
  moreTargets,
  targetState,
  type LeftOutRelay,
} from './wording/fan-out.js';

/** One relay of a run on several, as far as its row in the table tells. */
export interface FanOutTargetView {
  readonly relay: string;
  readonly state: string;
  /** What it waits for, where it waits. */
  readonly waitsFor?: string;
  readonly startedAt?: number;
  readonly finishedAt?: number;
  readonly exitCode?: number;
  /** The end of what it printed; the last line of it is shown. */
  readonly tail?: string;
  /** What is to be said of how it ended, where it printed nothing. */
  readonly said?: string;
}

/** A run on several relays. Times in milliseconds since the epoch. */
export interface FanOutView {
  readonly runId: string;
  readonly targets: readonly FanOutTargetView[];
  readonly leftOut: readonly LeftOutRelay[];
  readonly leftOutInAll: number;
  readonly now: number;
}

const most = { rows: 50, line: 80 };

/** A row per relay, and under it which relays match and were left out. Of very many those come first that went wrong, and those under way. */
export function fanOutTable({ runId, targets, leftOut, leftOutInAll, now }: FanOutView): Block[] {
  const shown = targets.length <= most.rows ? targets : telling(targets);
  const rows = shown.map((target) => [
    target.relay,
    targetState(target.state, target.startedAt !== undefined, target.waitsFor),
    tookOf(target, now),
    target.exitCode === undefined ? '' : String(target.exitCode),
    lastLine(target.tail) ?? (target.said === undefined ? '' : cut(target.said)),
  ]);
  const more = targets.length - shown.length;
  return [
    { kind: 'table', columns: [...fanOutColumns], rows },
    ...(more > 0 ? [quiet(moreTargets(more, runId))] : []),
    ...(leftOutInAll > 0 ? [quiet(leftOutSentence(leftOut, leftOutInAll, now))] : []),
  ];
}

/** The last line of a text that says anything. */
export function lastLine(text: string | undefined): string | undefined {
  const line = printable(text ?? '')
    .split('\n')
    .findLast((one) => one.trim() !== '');
  return line === undefined ? undefined : cut(line.trim().replace(/\s+/g, ' '));
}

/** As many as are shown, in their order: what went wrong, then what is under way, then the others. */
function telling(targets: readonly FanOutTargetView[]): readonly FanOutTargetView[] {
  const kept = new Set(targets.toSorted((a, b) => weight(a) - weight(b)).slice(0, most.rows));
  return targets.filter((target) => kept.has(target));
}

function weight({ state }: FanOutTargetView): number {
  if (state === 'running' || state === 'accepted') return 1;
  return state === 'succeeded' || state === 'waiting' ? 2 : 0;
}

function tookOf({ startedAt, finishedAt }: FanOutTargetView, now: number): string {
  if (startedAt === undefined) return '';
  const ms = Math.max(0, (finishedAt ?? now) - startedAt);
  return duration(finishedAt === undefined ? Math.floor(ms / 1_000) * 1_000 : ms);
}

function cut(text: string): string {
  return text.length <= most.line ? text : `${text.slice(0, most.line - 1).replace(/[\ud800-\udbff]$/, '')}…`;
}
