import type { Amount, OnEach } from '@chasqui/command-language';
import type { DriverName } from '@chasqui/contracts';
import type { RelayState } from '@chasqui/relay-selection';
import type { CommandStage } from './plan.js';

/** A command on all relays that match, wave by wave. An execution's item is the index of its target. */
export interface FanOut {
  /** By name. */
  readonly targets: readonly FanOutTarget[];
  /** How many of them start together, in their order; the sum is that of the targets. */
  readonly waves: readonly number[];
  /** So many may fail in all before no further wave begins. */
  readonly maxFailures: number;
  /** From the end of a wave to the next, in milliseconds. */
  readonly pauseMs: number;
  /** Relays that match and are not among the targets, the first of them by name. */
  readonly leftOut: readonly LeftOut[];
  /** How many those are in all. */
  readonly leftOutInAll: number;
}

export interface FanOutTarget {
  readonly relay: string;
  readonly driver: DriverName;
}

/** A relay that matches and is not taken: because of its state, of what it lacks, or by whom it is kept. One that is protected has no name here. */
export interface LeftOut {
  readonly relay?: string;
  readonly why:
    Exclude<RelayState, 'online' | 'suspect'> | 'no-driver' | 'no-platform' | 'rules' | 'protected';
  /** Since when it is in that state, in milliseconds since the epoch. */
  readonly since?: number;
  /** What its operator said when draining or pausing it. */
  readonly note?: string;
}

/** One line runs on so many relays at most. */
export const mostTargets = 1_000;

/** The stage as it runs on one of its targets; any other stage is itself. */
export function stageOn(stage: CommandStage, item: number): CommandStage {
  const target = stage.each?.targets[item];
  return target ? { ...stage, ...target } : stage;
}

/**
 * How many start together, wave by wave: each size as it was asked for, the last of them again and again until all have had their turn; a
 * percentage is of all targets, rounded up, and at least one. All at once where nothing was asked.
 */
export function waveSizes(sizes: readonly Amount[] | undefined, targets: number): readonly number[] {
  if (!sizes) return [targets];
  const waves: number[] = [];
  for (let left = targets, at = 0; left > 0; at++) {
    const size = Math.min(left, sizeOf(sizes[Math.min(at, sizes.length - 1)]!, targets));
    waves.push(size);
    left -= size;
  }
  return waves;
}

function sizeOf(size: Amount, targets: number): number {
  return 'count' in size ? size.count : Math.max(1, Math.ceil((size.percent * targets) / 100));
}

/** How many may fail: none where there are waves and nothing else was said, and any number where all start at once. A percentage is rounded down. */
export function failuresAllowed({ waves, maxFailures }: OnEach, targets: number): number {
  if (!waves) return targets;
  if (!maxFailures) return 0;
  const { most } = maxFailures;
  return 'count' in most ? most.count : Math.floor((most.percent * targets) / 100);
}

/** The target behind the last of a wave. */
export function endOfWave({ waves }: Pick<FanOut, 'waves'>, wave: number): number {
  return waves.slice(0, wave + 1).reduce((sum, size) => sum + size, 0);
}

/** Which wave a target belongs to, from 0. */
export function waveOf({ waves }: Pick<FanOut, 'waves'>, item: number): number {
  let before = 0;
  return waves.findIndex((size) => item < (before += size));
}
