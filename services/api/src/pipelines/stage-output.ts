import { checkRecord, type Command } from '@chasqui/bundles';
import { readCogOutput, recordsOf, type DataRecord, type Records } from '@chasqui/filters';
import { isRefusal, refusal, type ExecutionState, type OutputChunk, type Refusal } from '@chasqui/contracts';
import { fullNameOf } from '../commands/full-name.js';
import type { CommandStage } from '../commands/plan.js';
import { missingBytes } from '../runs/output-chunks.js';

/** How one item of a stage ended, and what it printed. */
export interface EndedItem {
  readonly item: number;
  readonly state: ExecutionState;
  readonly relay: string;
  readonly output: readonly OutputChunk[];
  /** Of all that it printed. */
  readonly outputBytes: number;
  /** How much of that its relay did not keep. */
  readonly droppedBytes: number;
}

/** So much may all items of a stage print together, in bytes: it is all read at once. */
const mostPrinted = 16 * 1024 * 1024;

/** Why what a stage printed is not even read. */
export function sizeFault(
  stage: CommandStage,
  items: readonly { readonly outputBytes: number; readonly droppedBytes: number }[],
): Refusal | undefined {
  const bytes = items.reduce((sum, item) => sum + item.outputBytes - item.droppedBytes, 0);
  if (bytes <= mostPrinted) return undefined;
  return refusal('output-cut', { command: fullNameOf(stage), droppedBytes: bytes - mostPrinted });
}

/**
 * The records that a stage prints, in the order of its items whichever ended first; of those that failed, none. A refusal where what
 * was printed is not what the command declares, was too much to be kept whole, or did not all come: half a list must not pass for the list.
 */
export function outputOf(stage: CommandStage, ended: readonly EndedItem[]): Records | Refusal {
  const records: DataRecord[] = [];
  for (const one of ended.toSorted((a, b) => a.item - b.item)) {
    if (one.state !== 'succeeded') continue;
    const read = partFault(fullNameOf(stage), one) ?? readOutput(stage, one.output);
    if (isRefusal(read)) return read;
    records.push(...(stage.each ? read.map((record) => withRelay(one.relay, record)) : read));
  }
  return { records, view: { kind: 'auto' } };
}

/** A refusal where not all of what an execution printed was kept, or has come. */
export function partFault(
  command: string | undefined,
  { output, ...printed }: Pick<EndedItem, 'output' | 'outputBytes' | 'droppedBytes'>,
): Refusal | undefined {
  const { droppedBytes } = printed;
  if (droppedBytes > 0) return refusal('output-cut', { command, droppedBytes });
  const missing = missingBytes(printed, output);
  return missing > 0 ? refusal('output-missing', { command, missingBytes: missing }) : undefined;
}

/** Of a fan-out each record says where it comes from, first of all, whatever else it calls so. */
function withRelay(relay: string, record: DataRecord): DataRecord {
  return Object.assign({ relay }, record, { relay });
}

/** What one execution printed, as its command declares it; or what is wrong with it. Whether that is all of it, `partFault` says. */
export function readOutput(
  stage: CommandStage,
  output: readonly OutputChunk[],
): readonly DataRecord[] | Refusal {
  const { command } = stage;
  const name = fullNameOf(stage);
  const text = standardOutput(output);
  if (text === undefined) return refusal('output-binary', { command: name });
  const read = recordsPrinted(command, text);
  if (isRefusal(read)) return { ...read, facts: { command: name, ...read.facts } };
  return unfit(name, command, read.records) ?? read.records;
}

/** The records in what a command printed. One with Cog's calling convention may also ask to end the line there. */
export function recordsPrinted(
  { calling, output }: Pick<Command, 'calling' | 'output'>,
  text: string,
): { readonly records: readonly DataRecord[] } | Refusal {
  if (calling !== 'cog') return recordsOf(output, text);
  const read = readCogOutput(text);
  return isRefusal(read) || !read.aborts
    ? read
    : refusal('stage-failed', { aborts: true, said: read.text.slice(0, 1000) });
}

/** The first record that is not as the command's schema says. */
function unfit(
  name: string,
  { outputSchema }: CommandStage['command'],
  records: readonly DataRecord[],
): Refusal | undefined {
  if (!outputSchema) return undefined;
  for (const [index, record] of records.entries()) {
    const [fault] = checkRecord(outputSchema, record);
    if (fault) return refusal('output-unfit', { command: name, record: index + 1, ...fault });
  }
  return undefined;
}

/** What was written to standard output, or undefined where that is no text. */
export function standardOutput(output: readonly OutputChunk[]): string | undefined {
  const chunks = output.filter((chunk) => chunk.stream === 'stdout').toSorted((a, b) => a.seq - b.seq);
  if (chunks.every((chunk) => chunk.base64 === undefined))
    return chunks.map((chunk) => chunk.text ?? '').join('');
  const bytes = Buffer.concat(
    chunks.map(({ text, base64 }) =>
      base64 === undefined ? Buffer.from(text ?? '') : Buffer.from(base64, 'base64'),
    ),
  );
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
