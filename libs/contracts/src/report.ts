import { z } from 'zod';
import { FileName, LeftOutFile, OutFile } from './files.js';
import { RelayName } from './names.js';

/**
 * A piece of what a command printed. `seq` counts from 0 within one `epoch`; text where the bytes are UTF-8 (a chunk never
 * cuts a character), base64 where they are not. At most 32 KiB of output a chunk.
 */
export const OutputChunk = z.object({
  seq: z.number().int().nonnegative(),
  stream: z.enum(['stdout', 'stderr']),
  text: z.string().optional(),
  base64: z.string().optional(),
});
export type OutputChunk = z.infer<typeof OutputChunk>;

const ofExecution = {
  relay: RelayName,
  runId: z.string(),
  executionId: z.string(),
  attempt: z.number().int().positive(),
  /** When, in milliseconds by the API's clock as the relay reckons it. */
  at: z.number().int(),
};

/** The driver has it. Not sent of what ends at once: its `finished` says when it began, too. */
export const Started = z.object({ kind: z.literal('started'), ...ofExecution });
export type Started = z.infer<typeof Started>;

/**
 * Output, as it comes. `epoch` is 0 for the process that started the execution and one more for each relay process that
 * adopted it since; chunks of a higher epoch replace all of the lower ones, because an adopted container's output is read anew.
 */
export const Output = z.object({
  kind: z.literal('output'),
  ...ofExecution,
  epoch: z.number().int().nonnegative(),
  chunks: z.array(OutputChunk).min(1),
});
export type Output = z.infer<typeof Output>;

/**
 * A part of a file that it left in its folder, sent before `finished`. Parts count from 0; those of a higher epoch replace all of the lower ones.
 */
export const FilePart = z.object({
  kind: z.literal('file'),
  ...ofExecution,
  epoch: z.number().int().nonnegative(),
  name: FileName,
  part: z.number().int().nonnegative().max(63),
  /** How many it has. */
  parts: z.number().int().positive().max(64),
  base64: z.base64().max(512 * 1024),
});
export type FilePart = z.infer<typeof FilePart>;

/**
 * How an execution ended.
 * - `exited`: by itself, with `exitCode` (128 + n for signal n, as a shell says it).
 * - `timed-out`: the relay stopped it after `timeoutMs`.
 * - `cancelled`: stopped because it was asked to.
 * - `not-started`: the driver could not start it; `code` says why (an `OutageCode`).
 * - `out-of-memory`: the engine killed it.
 * - `unknown`: it ran, and the relay that watched it died; nothing more can be known.
 */
export const Outcome = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('exited'), exitCode: z.number().int() }),
  z.object({ kind: z.literal('timed-out') }),
  z.object({ kind: z.literal('cancelled') }),
  z.object({ kind: z.literal('not-started'), code: z.string(), detail: z.string() }),
  z.object({ kind: z.literal('out-of-memory'), exitCode: z.number().int() }),
  z.object({ kind: z.literal('unknown'), detail: z.string() }),
]);
export type Outcome = z.infer<typeof Outcome>;

/** It is over, and nothing of it is left. Carries what output was not yet sent. */
export const Finished = z.object({
  kind: z.literal('finished'),
  ...ofExecution,
  epoch: z.number().int().nonnegative(),
  outcome: Outcome,
  chunks: z.array(OutputChunk),
  /** All that it printed, kept or not. */
  outputBytes: z.number().int().nonnegative(),
  /** What was printed beyond the limit, between the kept head and tail, and is gone. */
  droppedBytes: z.number().int().nonnegative(),
  /** The `seq` of the first chunk behind the gap, where something was dropped. */
  gapBefore: z.number().int().nonnegative().optional(),
  /** How long the driver ran it, in milliseconds: it began so long before `at`. */
  durationMs: z.number().int().nonnegative(),
  /** Of the image that it ran in, as its engine knows it: `sha256:…`; for drivers that run containers. */
  imageDigest: z.string().max(200).optional(),
  /** Why what is there is not all of its output, where that is not by the limit: its engine does not give the rest. */
  incomplete: z.string().max(1000).optional(),
  /** The files that it left, whose parts were sent before. */
  files: z.array(OutFile).max(200).optional(),
  /** What else stood there, at most twenty of it. */
  filesLeftOut: z.array(LeftOutFile).max(20).optional(),
  /** Why what it left could not be collected. */
  filesLost: z.string().max(1000).optional(),
});
export type Finished = z.infer<typeof Finished>;

/** The relay will not run it. `code` is stable; `detail` names what was asked and what would be allowed. */
export const Refused = z.object({
  kind: z.literal('refused'),
  ...ofExecution,
  code: z.enum([
    'order-late',
    'order-seen',
    'policy',
    'no-driver',
    'relay-stopping',
    'journal-full',
    'cancelled',
  ]),
  detail: z.string(),
});
export type Refused = z.infer<typeof Refused>;

/** What a relay sends back on `relay.reports`, sealed. */
export const Report = z.discriminatedUnion('kind', [Started, Output, FilePart, Finished, Refused]);
export type Report = z.infer<typeof Report>;
