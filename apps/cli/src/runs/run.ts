import type { Command } from 'commander';
import { unaddressed } from '../lines/unaddressed.js';
import { path } from '../server/api-client.js';
import type { Run, RunOutput } from './run-shapes.js';
import { session, type Session } from '../session.js';
import { exitCodes, Stop } from '../stop.js';
import { againLine } from './attempts.js';
import { another, givenFiles, type GivenFile } from './given-files.js';
import { onInterrupt } from './offer-cancel.js';
import { droppedOf, isOver, resultOf, runExit } from './run-exit.js';
import { Waiting } from './waiting.js';

/** `chasqui run '<line>'` */
export function define(run: Command): void {
  run
    .argument('<line...>', "the command line, quoted as one word: 'ops:restart web --force'")
    .option('--detach', 'only ask for the run, and print its id')
    .option('--file <name=path>', 'a file for its first command; may be given several times', another)
    .action(async (words: string[], { detach, file }: Options, command: Command) => {
      if (words.length > 1)
        command.error(`error: quote the line, so that it is one word: chasqui run '${words.join(' ')}'`);
      const files = givenFiles(file ?? []);
      const asked = { line: unaddressed(words[0]!), ...(files.length > 0 && { files }) };
      if (detach) await detached(session(command), asked);
      else await runLine(session(command), asked);
    });
}

interface Options {
  readonly detach?: true;
  readonly file?: readonly string[];
}

/** What is asked for. */
interface Asked {
  readonly line: string;
  readonly files?: readonly GivenFile[];
}

/**
 * Sends the line, writes what it prints as it comes (standard output and standard error apart), and ends with the command's status.
 * With `--json` it writes the finished run instead, with its output in `output`. Ctrl-C offers to cancel the run; who does not want that leaves it
 * alone, and is told how to look later.
 */
async function runLine({ api, json }: Session, asked: Asked): Promise<void> {
  const accepted = await api.post<Run>('/runs', asked);
  const leaving = new AbortController();
  const over = new AbortController();
  const listening = onInterrupt(api, accepted.id, () => leaving.abort(), over.signal);
  const printed = new Printed(json);
  const waiting = new Waiting(process.stderr.isTTY && !json);
  let run = accepted;
  try {
    if (!isOver(run)) {
      for await (const { event, data } of api.events(path`/runs/${run.id}/events`, leaving.signal)) {
        if (event === 'output') printed.add(JSON.parse(data) as RunOutput, run);
        else if (event === 'run' || event === 'end') run = JSON.parse(data) as Run;
        if (event === 'run') waiting.tell(run);
        if (event === 'end') break;
      }
    }
  } catch (thrown) {
    if (!leaving.signal.aborted) throw thrown;
  } finally {
    over.abort();
    listening();
  }
  const later = `look at it later with: chasqui runs show ${run.id}`;
  if (leaving.signal.aborted)
    throw new Stop(
      `left; the run goes on. ${later}, or cancel it with: chasqui runs cancel ${run.id}`,
      exitCodes.interrupted,
    );
  const ended = isOver(run) ? run : await api.get<Run>(path`/runs/${run.id}`);
  if (!isOver(ended))
    throw new Stop(`the server closed the stream; the run goes on. ${later}`, exitCodes.tryLater);
  if (json) process.stdout.write(`${JSON.stringify({ ...ended, output: printed.texts() }, null, 2)}\n`);
  else {
    const result = resultOf(ended);
    if (result !== undefined) process.stdout.write(`${result}\n`);
    await sayDropped(ended);
  }
  const { exitCode, sentence } = runExit(ended);
  if (exitCode !== 0) throw new Stop(sentence, exitCode);
}

/** Half of what a command printed must not pass for all of it because the command went well. Of a failure it is said with the rest. */
async function sayDropped(run: Run): Promise<void> {
  const dropped = droppedOf(run);
  if (dropped === 0) return;
  // Seldom needed, and nothing else here needs it.
  const { droppedSentence } = await import('@chasqui/replies');
  process.stderr.write(`chasqui: ${droppedSentence(dropped)}\n`);
}

/** Asks for the run and follows it no further. What is over at once, a refusal say, is told as it is. */
async function detached({ api, show }: Session, asked: Asked): Promise<void> {
  const run = await api.post<Run>('/runs', asked);
  show(run, ({ id }) => id);
  const { exitCode, sentence } = runExit(run);
  if (isOver(run) && exitCode !== 0) throw new Stop(sentence, exitCode);
}

/** What the command printed: on the way to the terminal, or kept for the JSON. */
class Printed {
  #kept = { stdout: [] as Buffer[], stderr: [] as Buffer[] };
  #of: string | undefined;
  constructor(readonly keep: boolean) {}

  add({ executionId, stream, text, base64 }: RunOutput, run: Run): void {
    if (executionId !== this.#of) this.#begin(executionId, run);
    const bytes = text === undefined ? Buffer.from(base64 ?? '', 'base64') : Buffer.from(text);
    if (this.keep) this.#kept[stream].push(bytes);
    else (stream === 'stderr' ? process.stderr : process.stdout).write(bytes);
  }

  /** Another attempt prints from the beginning: of what is kept only that counts. */
  #begin(executionId: string, run: Run): void {
    this.#of = executionId;
    const again = againLine(run, executionId);
    if (again === undefined) return;
    if (this.keep) this.#kept = { stdout: [], stderr: [] };
    else process.stderr.write(`chasqui: ${again}\n`);
  }

  texts(): { stdout: string; stderr: string } {
    return {
      stdout: Buffer.concat(this.#kept.stdout).toString(),
      stderr: Buffer.concat(this.#kept.stderr).toString(),
    };
  }
}
