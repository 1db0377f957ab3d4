import type { Command } from 'commander';
import { Option } from 'commander';
import { unaddressed } from '../lines/unaddressed.js';
import { path, type ApiClient } from '../server/api-client.js';
import { session } from '../session.js';
import { Stop } from '../stop.js';
import { fields, table } from '../terminal/table.js';

/** `chasqui schedule …` */
export function define(schedule: Command): void {
  schedule
    .command('create <when> <line>')
    .description(
      "have a line run by a timetable, as you: '0 9 * * mon-fri Europe/Berlin' (minute, hour, day of the month, month, day of the week, time zone)",
    )
    .option('--name <name>', 'what it is called; after its first command where it is not said')
    .addOption(
      new Option('--missed <policy>', 'what is done about times when the server was away')
        .choices(['skip', 'once'])
        .default('skip'),
    )
    .option('--room <room>', 'the room where it answers, like #ops; without it its runs are all there is')
    .option('--adapter <name>', 'the chat of that room', 'slack')
    .option('--workspace <id>', 'the workspace of that room, where its chat has any')
    .action(async (when: string, line: string, options: CreateOptions, command: Command) => {
      const { api, show } = session(command);
      const { name, missed, room, adapter, workspace } = options;
      const body = {
        when,
        line: unaddressed(line),
        missed,
        ...(name !== undefined && { name }),
        ...(room !== undefined && { answerIn: { adapter, room, ...(workspace && { workspace }) } }),
      };
      show(
        await api.post<{ schedule: Schedule; warning?: string }>('/schedules', body),
        ({ schedule: made, warning }) =>
          `${made.name} runs as you: ${made.line}\n${nextWords(made)}` +
          (warning === undefined ? '' : `\nit would not run as things are: ${warning}`),
      );
    });
  schedule
    .command('list')
    .description('list your schedules')
    .option('--user <username>', 'those of somebody else; all for everybody’s')
    .action(async ({ user }: { user?: string }, command: Command) => {
      const { api, show } = session(command);
      const query = user === undefined ? '' : path`?user=${user}`;
      show(await api.get<{ schedules: Schedule[] }>(`/schedules${query}`), ({ schedules }) =>
        inWords(schedules, user !== undefined),
      );
    });
  schedule
    .command('show <name>')
    .description('show a schedule; owner/name is one of somebody else')
    .action(async (name: string, _: unknown, command: Command) => {
      const { api, show } = session(command);
      show(await api.get<Schedule>(at(name)), details);
    });
  changing(schedule, 'pause', 'let a schedule rest', (api, name) =>
    api.post<Schedule>(at(name, '/pause'), {}),
  );
  changing(schedule, 'resume', 'let a schedule go on', (api, name) =>
    api.post<Schedule>(at(name, '/resume'), {}),
  );
  schedule
    .command('run <name>')
    .description('have a schedule run now as well')
    .action(async (name: string, _: unknown, command: Command) => {
      const { api, show } = session(command);
      show(
        await api.post<{ runId: string }>(at(name, '/run'), {}),
        ({ runId }) => `${name} runs now; "chasqui runs show ${runId}" tells how it goes`,
      );
    });
  schedule
    .command('remove <name>')
    .description('remove a schedule')
    .action(async (name: string, _: unknown, command: Command) => {
      const { api, show } = session(command);
      await api.remove(at(name));
      show({ removed: name }, () => `the schedule ${name} is gone`);
    });
}

interface CreateOptions {
  readonly name?: string;
  readonly missed: 'skip' | 'once';
  readonly room?: string;
  readonly adapter: string;
  readonly workspace?: string;
}

function changing(
  schedule: Command,
  verb: string,
  about: string,
  change: (api: ApiClient, name: string) => Promise<Schedule>,
): void {
  schedule
    .command(`${verb} <name>`)
    .description(`${about}; owner/name is one of somebody else`)
    .action(async (name: string, _: unknown, command: Command) => {
      const { api, show } = session(command);
      show(await change(api, name), (changed) => `${changed.name}: ${changed.state}\n${nextWords(changed)}`);
    });
}

/** Where it is: `nightly`, or `ann/nightly` for one of ann. */
function at(name: string, verb = ''): string {
  const [own, owner, ...more] = name.split('/').toReversed() as [string, string?];
  if (more.length > 0 || own === '') throw new Stop(`"${name}" names no schedule: write NAME, or OWNER/NAME`);
  return path`/schedules/${own}` + verb + (owner === undefined ? '' : path`?user=${owner}`);
}

function inWords(schedules: readonly Schedule[], withOwner: boolean): string {
  return table(
    ['name', 'when', 'line', 'state', 'next', 'last'],
    schedules.map(({ name, owner, when, line, state, next, last }) => [
      withOwner ? `${owner}/${name}` : name,
      when,
      line,
      state,
      next[0] === undefined ? '' : utc(next[0]),
      last?.status ?? '',
    ]),
  );
}

function details(schedule: Schedule): string {
  const { name, owner, when, line, state, missed, missedCount, scopes, adapter, room, next, last } = schedule;
  return fields({
    name,
    'runs as': owner,
    line,
    when,
    state,
    next: next.map(utc).join(', '),
    missed: missedCount === 0 ? missed : `${missed}; ${missedCount} left out`,
    'uses only': scopes?.join(', '),
    'answers in': room === undefined ? 'its runs' : `${adapter}, ${room}`,
    last: last && `${utc(last.dueAt)}: ${last.status ?? 'not on record'}, run ${last.runId}`,
  });
}

function nextWords({ next, state }: Schedule): string {
  if (next.length > 0) return `next ${next.map(utc).join(', ')}`;
  return state === 'over' ? 'it does not come any more' : 'nothing until it is resumed';
}

/** `2026-11-23 09:00 UTC` */
function utc(time: string): string {
  return `${time.slice(0, 16).replace('T', ' ')} UTC`;
}

interface Schedule {
  readonly name: string;
  readonly owner: string;
  readonly when: string;
  readonly line: string;
  readonly missed: 'skip' | 'once';
  readonly missedCount: number;
  readonly scopes?: readonly string[];
  readonly adapter: string;
  readonly room?: string;
  readonly state: string;
  readonly next: readonly string[];
  readonly last?: { readonly dueAt: string; readonly runId: string; readonly status?: string };
}
