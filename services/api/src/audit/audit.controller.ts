import { Readable } from 'node:stream';
import { fingerprintOf } from '@chasqui/audit';
import { ExecutionState } from '@chasqui/contracts';
import { Controller, Get, Inject, Query, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { DataSource } from 'typeorm';
import { z } from 'zod';
import { Operation } from '../http/operation.js';
import { Asker, holds, mustHold, type Principal } from '../http/principal.js';
import { Problem } from '../http/problem.js';
import { ActionRecord, actionRecord, CommandRecord, commandRecord } from './audit-shapes.js';
import { Audit } from './audit.service.js';
import { exportChain } from './export-chain.js';
import { exportRows } from './export-rows.js';
import { allRows, readLog, type LogFilter } from './read-log.js';
import { Sealer } from './sealer.service.js';

const time = z.iso.datetime({ offset: true }).optional();
const some = z.string().max(300).optional();
const page = {
  since: time.describe('said at this time or later'),
  until: time.describe('said before this time'),
  before: z.uuid().optional().describe('the `next` of the page before'),
  limit: z.coerce.number().int().min(1).max(500).default(50),
};
const ofCommands = {
  user: some.describe('a user name'),
  command: some.describe('`bundle:command`, or the name of a built-in'),
  relay: some,
  channel: some.describe('the name of a room, or its id where it has none'),
  status: ExecutionState.optional(),
};
const ofActions = {
  user: some.describe('a user name'),
  action: some.describe('the operation’s id, like `users.create`'),
  kind: some.describe('the kind of thing it is about, like `user`'),
  name: some.describe('the name of the thing it is about'),
  result: z.enum(['allowed', 'denied', 'failed', 'begun']).optional(),
};
const commandsQuery = z.object({ ...ofCommands, ...page });
type CommandsQuery = z.infer<typeof commandsQuery>;
const actionsQuery = z.object({ ...ofActions, ...page });
type ActionsQuery = z.infer<typeof actionsQuery>;
const exportQuery = z.object({
  of: z
    .enum(['chain', 'commands', 'actions'])
    .default('chain')
    .describe('`chain` is everything, to be verified; the others are one log, by the filters of its list'),
  format: z.enum(['ndjson', 'csv']).default('ndjson'),
  ...ofCommands,
  ...ofActions,
  since: page.since,
  until: page.until,
});
type ExportQuery = z.infer<typeof exportQuery>;

const Checkpoint = z.object({ n: z.number().int(), hash: z.string() });
const Key = z.object({
  algorithm: z.literal('Ed25519'),
  publicKey: z.string().describe('32 bytes in base64url'),
  fingerprint: z.string(),
});

const needed = 'chasqui:read-audit';

/** The audit log: who ran what, who did what, and the chain that shows whether anything of it was changed. */
@Controller('audit')
export class AuditController {
  constructor(
    @Inject(DataSource) private readonly dataSource: DataSource,
    private readonly audit: Audit,
    private readonly sealer: Sealer,
  ) {}

  @Get('commands')
  @Operation({
    summary: 'List what was run, newest first',
    permission: 'signed-in',
    besides: 'Without `chasqui:read-audit` these are your own.',
    query: commandsQuery,
    answers: { 200: z.object({ commands: z.array(CommandRecord), next: z.uuid().optional() }) },
  })
  async commands(@Query() query: CommandsQuery, @Asker() asker: Principal) {
    if (query.user !== undefined && query.user !== asker.username) mustHold(asker, needed);
    const ownOnly = !holds(asker, needed);
    const rows = await readLog(this.dataSource, 'command', {
      ...pageOf(query),
      limit: query.limit,
      where: { ...columnsOfCommands(query), ...(ownOnly && { username: asker.username }) },
      ...(ownOnly && { userId: asker.id }),
    });
    return { commands: rows.map(commandRecord), ...nextOf(rows, query.limit) };
  }

  @Get('actions')
  @Operation({
    summary: 'List what was done to the installation, or tried, newest first',
    permission: needed,
    query: actionsQuery,
    answers: { 200: z.object({ actions: z.array(ActionRecord), next: z.uuid().optional() }) },
  })
  async actions(@Query() query: ActionsQuery) {
    const where = columnsOfActions(query);
    const rows = await readLog(this.dataSource, 'action', { ...pageOf(query), limit: query.limit, where });
    return { actions: rows.map(actionRecord), ...nextOf(rows, query.limit) };
  }

  @Get('export')
  @Operation({
    summary: 'Export the audit log: the chain, to be verified, or one log',
    permission: needed,
    query: exportQuery,
    answers: {
      200: {
        contentType: 'application/x-ndjson',
        otherTypes: ['text/csv'],
        description: 'A JSON object a line; or text/csv.',
      },
    },
    errors: [422],
  })
  async export(@Query() query: ExportQuery, @Res() reply: FastifyReply): Promise<void> {
    const { of, format } = query;
    if (of === 'chain' && format === 'csv')
      throw new Problem(
        422,
        'no-csv',
        'The chain is verified as NDJSON; ask for of=commands or of=actions as CSV.',
      );
    const texts = of === 'chain' ? await this.chain(query) : this.rows(query, of);
    const type = format === 'csv' ? 'text/csv; charset=utf-8' : 'application/x-ndjson';
    await reply
      .header('content-type', type)
      .header('content-disposition', `attachment; filename="chasqui-audit-${of}.${format}"`)
      .send(Readable.from(texts, { objectMode: false }));
  }

  @Get('checkpoint')
  @Operation({
    summary: 'Show the head of the chain, to be kept elsewhere and found again',
    permission: needed,
    answers: { 200: z.object({ checkpoint: Checkpoint.optional(), key: Key }) },
  })
  async checkpoint() {
    const checkpoint = await this.sealer.head();
    return { ...(checkpoint && { checkpoint }), key: this.keyShape() };
  }

  @Get('key')
  @Operation({
    summary: 'Show the public key that the audit log is signed with',
    permission: 'signed-in',
    answers: { 200: Key },
  })
  key() {
    return this.keyShape();
  }

  private keyShape(): z.infer<typeof Key> {
    const { publicKey } = this.sealer.signingKey;
    return { algorithm: 'Ed25519', publicKey, fingerprint: fingerprintOf(publicKey) };
  }

  private async chain(query: ExportQuery): Promise<AsyncIterable<string>> {
    await this.audit.flush();
    await this.sealer.seal();
    return exportChain(this.dataSource, this.sealer.signingKeys, rangeOf(query), Date.now());
  }

  private rows(query: ExportQuery, of: 'commands' | 'actions'): AsyncIterable<string> {
    const kind = of === 'commands' ? 'command' : 'action';
    const where = of === 'commands' ? columnsOfCommands(query) : columnsOfActions(query);
    return exportRows(kind, query.format, allRows(this.dataSource, kind, { ...rangeOf(query), where }));
  }
}

function columnsOfCommands({
  user,
  command,
  relay,
  channel,
  status,
}: Omit<CommandsQuery, keyof typeof page>) {
  return { username: user, command, relay, channel, status };
}

function columnsOfActions({ user, action, kind, name, result }: Omit<ActionsQuery, keyof typeof page>) {
  return { username: user, action, resource_kind: kind, resource_name: name, result };
}

function rangeOf({ since, until }: { since?: string | undefined; until?: string | undefined }) {
  return {
    ...(since !== undefined && { since: Date.parse(since) }),
    ...(until !== undefined && { until: Date.parse(until) }),
  };
}

function pageOf(
  query: Pick<CommandsQuery, 'since' | 'until' | 'before'>,
): Pick<LogFilter, 'since' | 'until' | 'before'> {
  return { ...rangeOf(query), ...(query.before !== undefined && { before: query.before }) };
}

function nextOf(rows: readonly { id: string }[], limit: number): { next?: string } {
  return rows.length < limit ? {} : { next: rows.at(-1)!.id };
}
