import { createWriteStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Checkpoint } from '@chasqui/audit';
import type { Command } from 'commander';
import { session } from '../session.js';
import { exitCodes, Stop } from '../stop.js';
import { ago } from '../terminal/ago.js';
import { fields, table } from '../terminal/table.js';
import { pageOptions, queryOf, timeOptions } from './audit-query.js';
import { verify } from './verify.js';

interface ActionRecord {
  readonly id: string;
  readonly at: string;
  readonly user?: { readonly username: string };
  readonly action: string;
  readonly resource?: { readonly kind: string; readonly name?: string };
  readonly result: string;
  readonly statusCode?: number;
  readonly method: string;
  readonly address?: string;
  readonly times?: number;
  readonly code?: string;
  readonly tokenId?: string;
  readonly sessionId?: string;
  readonly requestId?: string;
  readonly details?: unknown;
  readonly before?: unknown;
  readonly after?: unknown;
}

interface Head {
  readonly checkpoint?: Checkpoint;
  readonly key: { readonly publicKey: string; readonly fingerprint: string };
}

type Given = Record<string, string | undefined>;
type Listing = Given & { readonly wide?: true };

/** `chasqui audit …` */
export function define(audit: Command): void {
  const actions = audit
    .command('actions')
    .description('list what was done to the installation, or tried, the newest first')
    .option('--user <username>', 'by one person')
    .option('--action <name>', 'one kind of action: users.create')
    .option('--kind <kind>', 'about one kind of thing: user, bundle, role, …')
    .option('--name <name>', 'about the thing of this name')
    .option('--result <result>', 'allowed, denied, failed, or begun');
  pageOptions(timeOptions(actions))
    .option('--wide', 'everything about each: also what was before and what is after')
    .action(async ({ wide, ...options }: Listing, command: Command) => {
      const { api, show } = session(command);
      const answer = await api.get<{ actions: ActionRecord[] }>(
        `/audit/actions${queryOf(options, Date.now())}`,
      );
      show(answer, (told) => (wide ? told.actions.map(whole).join('\n\n') || 'none' : list(told.actions)));
    });

  const exporting = audit
    .command('export')
    .description('write the audit log to a file: the whole chain, to be verified, or one log')
    .option('--of <what>', 'chain, commands or actions', 'chain')
    .option('--format <format>', 'ndjson or csv', 'ndjson')
    .option('--user <username>')
    .option('--command <name>')
    .option('--relay <name>')
    .option('--channel <name>')
    .option('--status <status>')
    .option('--action <name>')
    .option('--kind <kind>')
    .option('--name <name>')
    .option('--result <result>')
    .option('--output <file>', 'where to; standard output if it is not said');
  timeOptions(exporting).action(async ({ output, ...options }: Given, command: Command) => {
    const { api } = session(command);
    const bytes = api.bytes(`/audit/export${queryOf(options, Date.now())}`, new AbortController().signal);
    if (output === undefined) {
      for await (const part of bytes) if (!process.stdout.write(part)) await drained();
      return;
    }
    try {
      await pipeline(Readable.from(bytes), createWriteStream(output, { mode: 0o600 }));
    } catch (thrown) {
      await rm(output, { force: true });
      throw thrown;
    }
  });

  audit
    .command('verify [file]')
    .description(
      'check an export, or the server’s log, and name the first row that was changed (a file needs no server)',
    )
    .option(
      '--key <key...>',
      'the public keys that are believed, or their fingerprints, as “chasqui audit key” prints them',
    )
    .option(
      '--checkpoint <checkpoint>',
      'a block that must be found again: NUMBER:HASH, as “chasqui audit checkpoint” prints it',
    )
    .action(verify);

  audit
    .command('checkpoint')
    .description(
      'print the head of the chain; keep it elsewhere, and verify finds out whether the end was cut off',
    )
    .action(async (_options, command: Command) => {
      const { api, show } = session(command);
      show(await api.get<Head>('/audit/checkpoint'), ({ checkpoint }) => {
        if (!checkpoint) throw new Stop('nothing is sealed yet; try again in a second', exitCodes.tryLater);
        return `${checkpoint.n}:${checkpoint.hash}`;
      });
    });

  audit
    .command('key')
    .description('print the public key that the log is signed with')
    .action(async (_options, command: Command) => {
      const { api, show } = session(command);
      show(await api.get<Head['key']>('/audit/key'), ({ publicKey, fingerprint }) =>
        fields({ key: publicKey, fingerprint }),
      );
    });
}

function list(actions: readonly ActionRecord[]): string {
  return table(
    ['when', 'who', 'action', 'about', 'result', 'by', 'from', 'times'],
    actions.map(({ at, user, action, resource, result, statusCode, method, address, times }) => [
      ago(at, Date.now()),
      user?.username,
      action,
      resource && [resource.kind, resource.name].filter(Boolean).join(' '),
      statusCode === undefined ? result : `${result} (${statusCode})`,
      method,
      address,
      times,
    ]),
  );
}

function whole({
  user,
  resource,
  result,
  statusCode,
  code,
  details,
  before,
  after,
  ...one
}: ActionRecord): string {
  return fields({
    id: one.id,
    at: one.at,
    who: user?.username,
    action: one.action,
    about: resource && [resource.kind, resource.name].filter(Boolean).join(' '),
    result: [result, code ?? statusCode].filter(Boolean).join(' '),
    by: one.method,
    from: one.address,
    token: one.tokenId,
    session: one.sessionId,
    request: one.requestId,
    times: one.times,
    asked: shown(details),
    before: shown(before),
    after: shown(after),
  });
}

function shown(value: unknown): string | undefined {
  return value === undefined || value === null ? undefined : JSON.stringify(value);
}

function drained(): Promise<void> {
  return new Promise((resolve) => process.stdout.once('drain', resolve));
}
