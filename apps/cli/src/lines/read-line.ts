import {
  parseLine,
  readWords,
  splitName,
  variablesIn,
  type CommandLine,
  type GivenOption,
  type Placement,
  type Stage,
  type Variable,
} from '@chasqui/command-language';
import { isRefusal, type Refusal } from '@chasqui/contracts';
import { renderRefusal } from '@chasqui/replies';
import { Stop } from '../stop.js';

/** One stage, as rules and programs see it. */
export interface ReadStage {
  /** `bundle:command`, or the bare `command` that was typed. */
  readonly command: string;
  /** What Chasqui's own options say, by their names without dashes. */
  readonly on?: string;
  readonly 'on-each'?: string;
  readonly waves?: string;
  readonly 'max-failures'?: string;
  readonly pause?: string;
  readonly wait?: string;
  readonly argv: readonly string[];
  readonly args: readonly string[];
  readonly options: readonly GivenOption[];
  /** The fields of a record that its words name, in their order. */
  readonly variables: readonly Variable[];
}

/** A line, read as the server reads it. Throws `Stop` with the sentence that a person in chat would get. */
export function readLine(text: string): { line: CommandLine; stages: readonly ReadStage[] } {
  const line = orStop(parseLine(text), text);
  return { line, stages: line.stages.map((stage) => readStage(stage, text)) };
}

function readStage({ words }: Stage, text: string): ReadStage {
  const { name, rest } = splitName(words);
  const { placement, argv, args, options } = orStop(readWords(rest), text);
  return {
    command: name.bundle ? `${name.bundle}:${name.command}` : name.command,
    ...textsOf(placement),
    argv,
    args,
    options,
    variables: variablesIn(rest),
  };
}

function textsOf({ on, each, wait }: Placement): Partial<ReadStage> {
  return {
    ...(on && { on: on.text }),
    ...(each && { 'on-each': each.selector.text }),
    ...(each?.waves && { waves: each.waves.text }),
    ...(each?.maxFailures && { 'max-failures': each.maxFailures.text }),
    ...(each?.pause && { pause: each.pause.text }),
    ...(wait && { wait: wait.text }),
  };
}

function orStop<T extends object>(read: T | Refusal, text: string): T {
  if (isRefusal(read)) throw new Stop(renderRefusal(read, text).text);
  return read as T;
}
