import { whyNotStarted } from '@chasqui/settings';
import { joinChat } from '@chasqui/chat';
import { DirectoryInUse } from './data-directory.js';
import { readOptions, usage, type SoloOptions } from './options.js';
import { startSolo, type Solo } from './start-solo.js';
import { TerminalChat } from './terminal-chat.js';
import { words } from './terminal-words.js';

/** Solo mode: a chat in this terminal, or one message a line from whatever is piped in. */
async function main(): Promise<number> {
  const interactive = process.stdin.isTTY === true;
  const options = readOptions(process.argv.slice(2), interactive);
  if (!('as' in options)) {
    process.stderr.write(options.wrong ? `${options.wrong}\n\n${usage}` : usage);
    return options.wrong ? 64 : 0;
  }
  const stopping = new AbortController();
  for (const signal of ['SIGTERM', 'SIGHUP', ...(interactive ? [] : ['SIGINT'])])
    process.once(signal, () => stopping.abort());

  const solo = await startSolo(options);
  greet(solo, options, interactive);
  const terminal = new TerminalChat({
    input: process.stdin,
    output: process.stdout,
    errors: process.stderr,
    as: options.as,
    colour: process.stdout.isTTY === true && !process.env['NO_COLOR'],
    interactive,
    historyFile: solo.directory?.history,
    answerWithinMs: longestAnswerMs,
  });
  await joinChat(terminal, solo.transport, { credential: solo.terminal }, stopping.signal);
  await solo.stop();
  return terminal.failed > 0 ? 1 : 0;
}

/** Above what any command may take here: an hour, the most that the local policy allows, and the time to be told of it. */
const longestAnswerMs = 3_600_000 + 60_000;

function greet(solo: Solo, options: SoloOptions, interactive: boolean): void {
  const say = (sentence: string) => process.stderr.write(`${sentence}\n`);
  if (solo.noEngine) say(words.noEngine);
  if (!interactive) return;
  for (const sentence of words.greeting({
    url: solo.api.url,
    first: solo.api.first.adminToken !== undefined,
    directory: solo.directory?.path,
    as: options.as,
  }))
    say(sentence);
}

try {
  process.exitCode = await main();
} catch (error) {
  const { why, exitCode } = whyNotStarted(error);
  const used = error instanceof DirectoryInUse;
  process.stderr.write(used ? `${words.inUse(error.path, error.pid)}\n` : `solo mode cannot start: ${why}\n`);
  process.exitCode = used ? 1 : exitCode;
}
// Nothing is left to wait for; what still holds the event loop is a library's keep-alive.
setTimeout(() => process.exit(), 500).unref();
