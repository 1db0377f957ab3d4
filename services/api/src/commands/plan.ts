import { retriesOf, type Bundle, type Command } from '@chasqui/bundles';
import type { Placement, Span, Word } from '@chasqui/command-language';
import type { DriverName } from '@chasqui/contracts';
import type { Filter } from '@chasqui/filters';
import type { JudgedRule } from './authorise.js';
import type { RelayLimits } from './relay-limits.js';
import type { Entry } from './catalogue.js';
import type { FanOut } from './fan-out.js';
import type { Invocation, Shown } from './invoke.js';
import type { KnownAsker } from './known.js';
import type { Said } from './surroundings-of.js';
import { firstWait } from '../waiting/turn-of.js';

/** A command of a plan, on its relay. Plain data and whole: what is enabled later, or uninstalled, does not change work that runs. */
export interface CommandStage {
  readonly kind: 'command';
  readonly bundle: StageBundle;
  readonly command: Command;
  /** What stands behind its name, without Chasqui's own options. */
  readonly words: readonly Word[];
  readonly input: 'none' | 'each' | 'all';
  readonly relay: string;
  readonly driver: DriverName;
  /** All selectors that had to hold, in canonical form; empty if there were none. */
  readonly selector: string;
  /** Where it runs on all relays that match; then `relay` and `driver` are those of the first. */
  readonly each?: FanOut;
  /** How long it waits, where it has to: for a relay that fits, as long as `relay` is empty, and for its lock. */
  readonly wait?: { readonly ms: number };
}

/** What a run needs of its bundle beside the command. */
export type StageBundle = Pick<Bundle, 'name' | 'version' | 'format' | 'templates' | 'config'>;

/** A filter, read; it is applied in the API itself. */
export interface FilterStage {
  readonly kind: 'filter';
  readonly filter: Filter;
}

/** Records that the API knows by itself: `last`, `history`, `relays`. Only ever the first stage. */
export interface SourceStage {
  readonly kind: 'source';
  readonly name: string;
  readonly words: readonly string[];
}

export type PlanStage = CommandStage | FilterStage | SourceStage;

/** A place that the result is sent to, in the words of the adapter that asked. `label` is how it was typed: `#ops`. */
export interface Target {
  readonly label: string;
  readonly room: string;
  /** Set for the place where it was asked: the answer goes into its thread. */
  readonly here?: true;
}

/** What of a plan is kept with its run. */
export interface StoredPlan {
  readonly stages: readonly PlanStage[];
  readonly targets: readonly Target[];
  /** Where it was said, for the rules of later stages. Plans from before there was any do not tell. */
  readonly said?: Said;
  /** What the first command was given, where it is the first stage. */
  readonly shown?: Shown;
}

/** What is to be done: stages, one behind the other, everything about them decided that can be before the first has run. */
export interface Plan extends StoredPlan {
  readonly kind: 'plan';
  readonly asker: KnownAsker;
  /** The line after aliases and history: what all positions count in. */
  readonly text: string;
  /** The first command, where there is one: what the run's row names. */
  readonly entry?: Entry;
  /** Its words, bound, where it is the first stage and so is given nothing. */
  readonly invocation?: Invocation;
  /** The parts of the line that must not be kept, by where they stand in it. */
  readonly secrets: readonly Span[];
  /**
   * How every rule of its commands came out, in the order of the line. Rules of a stage whose words wait for records are judged with each
   * record, before the stage starts, and are not in here.
   */
  readonly judged: readonly JudgedRule[];
  /** The same stages as they were read, before it was known where they run. */
  readonly drafts: readonly Draft[];
}

/** A command of a line, before it is known where it runs. */
export interface CommandDraft {
  readonly kind: 'command';
  readonly entry: Entry;
  readonly words: readonly Word[];
  /** What the line says of where and when it is to run. */
  readonly placement: Placement;
  readonly input: CommandStage['input'];
  /** How its rules came out; not there where nothing was judged yet. */
  readonly judged?: readonly JudgedRule[];
  /** Which relays it may be placed on; undefined where nothing limits that. */
  readonly limits?: RelayLimits;
}

export type Draft = CommandDraft | FilterStage | SourceStage;

/** Whether a run is over with its one execution, or goes on from there. */
export function isStaged({ stages }: StoredPlan): boolean {
  const [stage] = stages;
  if (stages.length > 1 || stage?.kind !== 'command') return true;
  return stage.each !== undefined || firstWait(stage) !== undefined;
}

/** Whether it is one command on one relay: then how that ends is how the run ends, and what it prints need not be records. */
export function isAlone({ stages: [stage, ...more] }: StoredPlan): boolean {
  return more.length === 0 && stage?.kind === 'command' && stage.each === undefined;
}

/** Whether a stage may be ordered at another time than the line was said: then its words are needed again. */
export function orderedLater(stage: CommandStage): boolean {
  return retriesOf(stage.command) > 0 || stage.each !== undefined || firstWait(stage) !== undefined;
}

/** What of a plan is kept: nothing for one command that prints text, shown as it is, where it was asked, and that is ordered once. */
export function storedPlan(plan: Plan): StoredPlan | null {
  const { stages, targets, said, invocation } = plan;
  const [stage] = stages;
  if (stages.length === 1 && targets.length === 0 && stage?.kind === 'command' && !orderedLater(stage)) {
    const { output, templates, deprecated, calling } = stage.command;
    if (output === 'text' && !templates && !stage.bundle.templates && !deprecated && !calling) return null;
  }
  return { stages, targets, said, shown: invocation?.shown };
}

/** The first command of a plan: what the run's row names. */
export function firstCommand({ stages }: StoredPlan): CommandStage | undefined {
  return stages.find((stage) => stage.kind === 'command');
}
