import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { updateTranscript } from '@chasqui/bundles/transcripts';
import { createLogger, type Logger } from '@chasqui/telemetry';
import { loadTranscript, type LoadedTranscript } from './bundle-tests/load-transcript.js';
import { CannotBegin, playTranscript, type PlayedLine } from './bundle-tests/play-transcript.js';
import { countOf, reportJson, reportText, type TranscriptReport } from './bundle-tests/report.js';
import { transcriptFiles } from './bundle-tests/transcript-files.js';

/*
 * `chasqui bundle test` starts this as a process of its own: apps speak only HTTP, and this is the whole product. Each transcript is played
 * in a room of its own, one after the other.
 */

/** Plays the transcripts that are named, and prints how they went. 0 if all of it went right. */
async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { json: { type: 'boolean', default: false }, update: { type: 'boolean', default: false } },
  });
  const files = transcriptFiles(positionals.length > 0 ? positionals : ['.']);
  if (typeof files === 'string') {
    process.stderr.write(`chasqui: ${files}\n`);
    return 1;
  }
  const stopping = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(name, () => stopping.abort());
  const logger = createLogger({ service: 'bundle-test', level: 'error', pretty: true, destination: 2 });
  const colour = process.stdout.isTTY === true && !process.env['NO_COLOR'];

  const reports: TranscriptReport[] = [];
  for (const file of files) {
    if (stopping.signal.aborted) return 130;
    const report = await reportOf(file, values.update, logger, stopping.signal);
    reports.push(report);
    if (!values.json) process.stdout.write(`${reportText(report, colour)}\n`);
  }
  const counts = reports.map(countOf);
  const passed = counts.reduce((sum, count) => sum + count.passed, 0);
  const failed = counts.reduce((sum, count) => sum + count.failed, 0);
  process.stdout.write(
    values.json
      ? `${JSON.stringify({ passed, failed, transcripts: reports.map(reportJson) }, null, 2)}\n`
      : `${passed} passed, ${failed} failed\n`,
  );
  if (stopping.signal.aborted) return 130;
  return failed > 0 ? 1 : 0;
}

async function reportOf(
  file: string,
  update: boolean,
  logger: Logger,
  signal: AbortSignal,
): Promise<TranscriptReport> {
  const loaded = loadTranscript(file);
  if ('faults' in loaded) return { file, faults: loaded.faults, lines: [], updated: 0 };
  const lines = await playTranscript(loaded, logger, signal).catch((thrown: unknown) => {
    if (thrown instanceof CannotBegin) return loaded.fault(thrown.path, thrown.message);
    throw thrown;
  });
  if (!Array.isArray(lines)) return { file, faults: [lines], lines: [], updated: 0 };
  return update ? written(loaded, lines) : { file, faults: [], lines, updated: 0 };
}

/** With what was heard in the file, in the place of whole replies that were expected. What else does not hold is left to people. */
function written({ file, source }: LoadedTranscript, lines: readonly PlayedLine[]): TranscriptReport {
  const answers = lines.flatMap(({ mismatches, heard }) =>
    mismatches
      .filter(({ kind }) => kind === 'text')
      .map(({ expectation: { step } }) => ({ step, text: heard.get(step)! })),
  );
  if (answers.length > 0) writeFileSync(file, updateTranscript(source, answers));
  const left = lines.map((line) => ({
    ...line,
    mismatches: line.mismatches.filter(({ kind }) => kind !== 'text'),
  }));
  return { file, faults: [], lines: left, updated: answers.length };
}

try {
  process.exitCode = await main();
} catch (error) {
  process.stderr.write(`chasqui: the transcripts cannot be played: ${(error as Error).stack}\n`);
  process.exitCode = 1;
}
// Nothing is left to wait for; what still holds the event loop is a library's keep-alive.
setTimeout(() => process.exit(), 500).unref();
