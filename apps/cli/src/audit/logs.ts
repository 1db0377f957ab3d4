import type { Command } from 'commander';
import { onRelays } from '@chasqui/replies';
import { session } from '../session.js';
import { ago } from '../terminal/ago.js';
import { fields, table } from '../terminal/table.js';
import { pageOptions, queryOf, timeOptions } from './audit-query.js';

/** A run as the audit log has it, as far as it is shown. */
interface CommandRecord {
  readonly id: string;
  readonly acceptedAt: string;
  readonly finishedAt?: string;
  readonly user?: { readonly id: string; readonly username: string; readonly email: string };
  readonly line: string;
  readonly command?: string;
  readonly version?: string;
  readonly expanded?: string;
  readonly image?: string;
  readonly imageDigest?: string;
  readonly adapter: string;
  readonly workspace?: string;
  readonly channel?: string;
  readonly origin: string;
  readonly address?: string;
  readonly tokenId?: string;
  readonly stages?: readonly {
    readonly command: string;
    readonly version: string;
    readonly relay?: string;
  }[];
  readonly relay?: string;
  readonly relays?: readonly string[];
  readonly status: string;
  readonly code?: string;
  readonly exitCode?: number;
  readonly durationMs?: number;
  readonly rules: readonly {
    rule: string;
    from: string;
    name?: string;
    held: boolean;
    satisfied?: boolean;
  }[];
  readonly method: string;
  readonly traceId?: string;
}

type Answer = { readonly commands: readonly CommandRecord[]; readonly next?: string };

/** `chasqui logs`: the audit log of commands. */
export function define(logs: Command): void {
  logs
    .option('--user <username>', 'of one person')
    .option('--command <name>', 'of one command, bundle:command')
    .option('--relay <name>', 'on one relay')
    .option('--channel <name>', 'said in one room')
    .option('--status <status>', 'succeeded, failed, refused, lost, …');
  pageOptions(timeOptions(logs))
    .option('--wide', 'everything about each')
    .action(
      async (
        { wide, ...options }: Record<string, string | undefined> & { wide?: true },
        command: Command,
      ) => {
        const { api, show } = session(command);
        const names = ['user', 'command', 'relay', 'channel', 'status', 'since', 'until', 'limit', 'before'];
        const given = Object.fromEntries(names.map((name) => [name, options[name]]));
        const answer = await api.get<Answer>(`/audit/commands${queryOf(given, Date.now())}`);
        show(answer, ({ commands }) => (wide ? commands.map(whole).join('\n\n') || 'none' : list(commands)));
      },
    );
}

function list(commands: readonly CommandRecord[]): string {
  return table(
    ['run', 'when', 'who', 'where', 'status', 'exit', 'relay', 'line'],
    commands.map(({ id, acceptedAt, user, channel, status, exitCode, relay, relays = [], line }) => [
      id,
      ago(acceptedAt, Date.now()),
      user?.username,
      channel,
      status,
      exitCode,
      onRelays(relays[0] ?? relay, relays.length),
      line,
    ]),
  );
}

function whole(run: CommandRecord): string {
  const deciding = run.rules.filter(({ held }) => held);
  return fields({
    run: run.id,
    said: run.acceptedAt,
    ended: run.finishedAt,
    who: run.user && `${run.user.username} <${run.user.email}> ${run.user.id}`,
    line: run.line,
    'read as': run.expanded,
    where: [run.adapter, run.workspace, run.channel].filter(Boolean).join(' '),
    origin: run.origin,
    by: [run.method, run.address].filter(Boolean).join(' '),
    token: run.tokenId,
    command: run.command && `${run.command} ${run.version ?? ''}`,
    image: [run.image, run.imageDigest].filter(Boolean).join(' '),
    relay: namesOf(run.relays) ?? run.relay,
    stages: run.stages
      ?.map(({ command, version, relay }) =>
        [command, version, relay && `on ${relay}`].filter(Boolean).join(' '),
      )
      .join('; '),
    rules: deciding
      .map(({ rule, from, name }) => (name ? `${rule} (${from} rule ${name})` : rule))
      .join('; '),
    status: run.code ? `${run.status} (${run.code})` : run.status,
    'exit code': run.exitCode,
    took: run.durationMs === undefined ? undefined : `${run.durationMs} ms`,
    trace: run.traceId,
  });
}

function namesOf(relays: readonly string[] = []): string | undefined {
  const more = relays.length - mostNamed;
  const named = relays.slice(0, mostNamed).join(', ');
  return more > 0 ? `${named} and ${more} more` : named || undefined;
}

/** So many relays of a line are named; `--json` has all. */
const mostNamed = 20;
