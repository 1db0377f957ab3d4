import type { Command } from 'commander';
import { onRelays } from '@chasqui/replies';
import { path, type ApiClient } from '../server/api-client.js';
import type { CancelAnswer, Run, RunFiles } from './run-shapes.js';
import { session } from '../session.js';
import { exitCodes, Stop } from '../stop.js';
import { ago } from '../terminal/ago.js';
import { harmless } from '../terminal/harmless.js';
import { fields, table } from '../terminal/table.js';
import { attemptLines } from './attempts.js';
import { waitLines } from './waiting.js';
import { filesTable, isMissing, notKeptLines, saveFiles } from './files.js';

type Filters = Readonly<
  Record<'user' | 'command' | 'relay' | 'status' | 'limit' | 'before', string | undefined>
>;

/** `chasqui runs …` */
export function define(runs: Command): void {
  runs
    .command('list', { isDefault: true })
    .description('list runs, the newest first')
    .option('--user <username>', 'of one person')
    .option('--command <name>', 'of one command, bundle:command')
    .option('--relay <name>', 'on one relay')
    .option('--status <status>', 'succeeded, failed, refused, running, …')
    .option('--limit <n>', 'how many at most')
    .option('--before <id>', 'those before this one: what `next` says in --json')
    .action(async ({ user, command: name, relay, status, limit, before }: Filters, command: Command) => {
      const { api, show } = session(command);
      const given = Object.entries({ user, command: name, relay, status, limit, before }).filter(
        (pair) => pair[1] !== undefined,
      );
      const query = new URLSearchParams(given as [string, string][]).toString();
      show(await api.get<{ runs: Run[]; next?: string }>(`/runs${query && `?${query}`}`), (answer) =>
        table(['run', 'when', 'who', 'status', 'exit', 'relay', 'line'], answer.runs.map(row)),
      );
    });
  runs
    .command('show <id>')
    .description('show one run, and what was answered')
    .action(async (id: string, _options, command: Command) => {
      const { api, show } = session(command);
      show(await api.get<Run>(path`/runs/${id}`), inWords);
    });
  runs
    .command('cancel <id>')
    .description('stop a run, or see to it that it is never started')
    .option('--wait', 'until it is over')
    .action(async (id: string, { wait }: { wait?: true }, command: Command) => {
      const { api, show } = session(command);
      const answer = await api.post<CancelAnswer>(path`/runs/${id}/cancel`, {});
      const open = answer.state === 'requested' || answer.state === 'unconfirmed';
      if (wait && open) return show(await endOf(api, id), ({ status, reply }) => reply?.text ?? status);
      show(answer, ({ text }) => text);
      if (answer.state === 'over') process.exitCode = exitCodes.failed;
      if (answer.state === 'unconfirmed') process.exitCode = exitCodes.tryLater;
    });
  runs
    .command('files <id>')
    .description('list the files that a run left, or save them')
    .option('--save <folder>', 'write them into this folder')
    .action(async (id: string, { save }: { save?: string }, command: Command) => {
      const { api, show } = session(command);
      const left = await api.get<RunFiles>(path`/runs/${id}/files`);
      if (save === undefined) return show(left, filesTable);
      const { files, notKept = [] } = left;
      const saved = await saveFiles(api, id, files, save);
      show({ saved, notKept }, () => (saved.length > 0 ? saved.map(harmless).join('\n') : filesTable(left)));
      if (saved.length > 0) for (const line of notKeptLines(notKept)) process.stderr.write(`${line}\n`);
      if (notKept.some(isMissing)) process.exitCode = exitCodes.failed;
    });
}

/** Waits for a run's end. @throws Stop where the server closes the stream before */
async function endOf(api: ApiClient, id: string): Promise<Run> {
  for await (const { event, data } of api.events(path`/runs/${id}/events`, new AbortController().signal))
    if (event === 'end') return JSON.parse(data) as Run;
  throw new Stop('the server closed the stream; ask again with --wait', exitCodes.tryLater);
}

function row(run: Run) {
  const { id, acceptedAt, user, status, exitCode, line } = run;
  return [id, ago(acceptedAt, Date.now()), user?.username, status, exitCode, whereOf(run), line];
}

function whereOf({ relay, relayCount = 1 }: Run): string | undefined {
  return onRelays(relay, relayCount);
}

function inWords(run: Run): string {
  const head = fields({
    run: run.id,
    line: run.line,
    who: run.user && `${run.user.username} (${run.user.email})`,
    where: [run.adapter, run.room].filter(Boolean).join(' '),
    command: run.command && `${run.bundle}:${run.command} ${run.version ?? ''}`,
    relay: whereOf(run),
    status: run.code ? `${run.status} (${run.code})` : run.status,
    'exit code': run.exitCode,
    accepted: run.acceptedAt,
    started: run.startedAt,
    finished: run.finishedAt,
    'cancel asked for by': run.cancel && `${run.cancel.by}, ${run.cancel.at}`,
    took: run.durationMs === undefined ? undefined : `${run.durationMs} ms`,
  });
  const attempts = [...attemptLines(run), ...waitLines(run, Date.now())].join('\n');
  const reply = run.reply ? harmless(run.reply.text) : '';
  return [head, attempts, reply, executionRows(run)].filter(Boolean).join('\n\n');
}

/** So many relays a reply has rows for. */
const mostInReply = 50;

/** How each execution of a run stands, where it has several and its reply does not tell: because it goes on, or because they are too many. */
function executionRows({ executions = [], reply }: Run): string {
  if (executions.length < 2 || (reply && executions.length <= mostInReply)) return '';
  return table(
    ['stage', 'relay', 'state', 'exit code', 'started', 'finished'],
    executions.map(({ stage = 0, relay, status, exitCode, startedAt, finishedAt }) => [
      stage + 1,
      relay,
      status,
      exitCode,
      startedAt,
      finishedAt,
    ]),
  );
}
