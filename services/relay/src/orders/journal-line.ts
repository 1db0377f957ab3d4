import { crc32 } from 'node:zlib';
import { DriverName } from '@chasqui/contracts';
import { z } from 'zod';

const of = { execution: z.string(), attempt: z.number().int().positive(), at: z.number() };

/** What a journal line can say of one attempt of one execution. `at` is milliseconds since the epoch by the relay's own clock. */
export const JournalEntry = z.discriminatedUnion('kind', [
  /** It is ours. The order as it came, still sealed; `startBy` by the API's clock. */
  z.object({ kind: z.literal('taken'), ...of, run: z.string(), startBy: z.number(), order: z.string() }),
  /** A driver is about to have it: from here on it may have happened. `epoch` is 0, and one more for each relay process that took it up since. */
  z.object({
    kind: z.literal('starting'),
    ...of,
    driver: DriverName,
    epoch: z.number().int().nonnegative(),
    startedAt: z.number(),
  }),
  /** It runs, and `handle` finds it; `startedAt` is when the driver had started it, from which its time counts. */
  z.object({ kind: z.literal('running'), ...of, handle: z.string(), startedAt: z.number() }),
  /** It is to be stopped, because this person asked for it. */
  z.object({ kind: z.literal('cancelling'), ...of, by: z.string() }),
  /** It is over, and this is what is to be reported: sealed, so that it can be sent again as it is. `kept` are the lengths of the reports that go before it (`KeptReports`). */
  z.object({
    kind: z.literal('finished'),
    ...of,
    run: z.string(),
    startBy: z.number(),
    report: z.string(),
    kept: z.array(z.number().int().positive()).readonly().optional(),
  }),
  /** The report has arrived and nothing is left of the execution. */
  z.object({ kind: z.literal('settled'), ...of, run: z.string(), startBy: z.number() }),
]);
export type JournalEntry = z.infer<typeof JournalEntry>;
/** What stands there of an end. */
export type Ended = Pick<Extract<JournalEntry, { kind: 'finished' }>, 'report' | 'kept'>;

/** One line: a CRC-32 in eight hex digits, a space, JSON, a newline. */
export function writeLine(entry: JournalEntry): Buffer {
  const json = Buffer.from(JSON.stringify(entry));
  return Buffer.concat([Buffer.from(`${crc32(json).toString(16).padStart(8, '0')} `), json, newline]);
}

/** The entry of a line without its newline; undefined if it is torn or was changed. */
export function readLine(line: Buffer): JournalEntry | undefined {
  const json = line.subarray(9);
  if (line[8] !== 0x20 || crc32(json) !== Number.parseInt(line.toString('latin1', 0, 8), 16))
    return undefined;
  try {
    return JournalEntry.safeParse(JSON.parse(json.toString())).data;
  } catch {
    return undefined;
  }
}

const newline = Buffer.from('\n');
