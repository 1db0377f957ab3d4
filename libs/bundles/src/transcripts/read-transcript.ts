import type { Fault } from '../fault.js';
import { error, type Finding, type Path } from '../finding.js';
import { fitShape } from '../read-shape.js';
import { readYamlTree } from '../yaml-tree.js';
import { checkSteps, speakersOf } from './check-steps.js';
import type { Expectation, Recording, SaidLine, Transcript } from './transcript.js';
import { TranscriptFile } from './transcript-schema.js';

export interface ReadTranscript {
  /** There, unless a fault is an error. */
  readonly transcript?: Transcript;
  /** Every fault in the file, in the order of the file. */
  readonly faults: readonly Fault[];
  /** More findings of the same file, with their places. */
  readonly locate: (findings: readonly Finding[]) => Fault[];
}

/** Reads a transcript file (`*.transcript.yaml`): the transcript, or every fault in it at once. Never throws, whatever the text. */
export function readTranscript(text: string): ReadTranscript {
  const { root, findings, typed, locate } = readYamlTree(text);
  if (!root) return { faults: locate(findings), locate };
  const shape = fitShape(TranscriptFile, root, typed);
  const all = [...findings, ...shape.findings, ...checkSteps(shape.data)];
  const faults = locate(all);
  if (!shape.fitting || all.some(({ severity }) => severity === 'error')) return { faults, locate };
  return { transcript: toTranscript(shape.fitting, (path) => lineOf(path, locate)), faults, locate };
}

function lineOf(path: Path, locate: ReadTranscript['locate']): number {
  return locate([error('empty-step', path, {}, { at: 'key' })])[0]!.line;
}

function toTranscript(file: TranscriptFile, lineAt: (path: Path) => number): Transcript {
  const { bundles, people, relays, policy, config = {}, aliases = {}, recorded = {} } = file;
  return {
    ...(bundles && { bundles }),
    people,
    ...(relays && { relays }),
    ...(policy && { policy }),
    config,
    aliases,
    recorded: Object.entries(recorded).flatMap(([command, one]) =>
      [one].flat().map((said): Recording => ({
        command,
        ...(said.args && { args: said.args }),
        stdout: said.stdout ?? '',
        stderr: said.stderr ?? '',
        exitCode: said['exit-code'] ?? 0,
      })),
    ),
    lines: toLines(file.transcript, lineAt),
  };
}

function toLines(steps: TranscriptFile['transcript'], lineAt: (path: Path) => number): SaidLine[] {
  const lines: (SaidLine & { expected: Expectation[] })[] = [];
  steps.forEach((step, at) => {
    const [who] = speakersOf(step);
    const room = step.room === undefined ? {} : { room: step.room.replace(/^[#@]/, '') };
    if (who !== undefined) {
      const line = lineAt(['transcript', at, who]);
      lines.push({ who, text: step[who] as string, ...room, line, expected: [] });
    }
    if (step.chasqui === undefined) return;
    const line = lineAt(['transcript', at, 'chasqui']);
    const where = who === undefined ? room : {};
    lines.at(-1)!.expected.push({ step: at, line, ...where, ...toTests(step.chasqui) });
  });
  return lines;
}

function toTests(said: NonNullable<TranscriptFile['transcript'][number]['chasqui']>) {
  if (typeof said === 'string') return { text: said, contains: [] };
  const { text, contains = [], matches, mark } = said;
  return {
    ...(text !== undefined && { text }),
    contains: [contains].flat(),
    ...(matches !== undefined && { matches }),
    ...(mark && { mark }),
    ...(said['exit-code'] !== undefined && { exitCode: said['exit-code'] }),
  };
}
