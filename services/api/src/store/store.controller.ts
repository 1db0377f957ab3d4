import { isUtf8 } from 'node:buffer';
import { Body, Controller, Delete, Get, Headers, Inject, Param, Put, Query, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { DataSource } from 'typeorm';
import { z } from 'zod';
import type { ApiConfig } from '../config.js';
import { Operation } from '../http/operation.js';
import { AtWork } from '../http/principal.js';
import type { RunningAsker } from '../http/run-authenticator.js';
import { CONFIG } from '../parts.js';
import {
  deleteEntry,
  listEntries,
  readEntry,
  writeEntry,
  type EntryValue,
  type Scope,
  type Shelf,
} from './entries.js';
import { readCondition } from './read-condition.js';
import { page, told } from './told.js';
import { usualStoreLimits } from './store-limits.js';
import { storeProblems } from './store-problems.js';
import { EntryList, EntryShape, ListQuery, OfEntry, OfScope, WriteQuery } from './store-shapes.js';

/**
 * The key-value store as commands see it. Which bundle, channel and user is meant stands in the token and nowhere else: a command cannot
 * name another's. Values go in and out as they are: JSON, or UTF-8 text for any other content type.
 */
@Controller('store/v1')
export class StoreController {
  constructor(
    @Inject(DataSource) private readonly dataSource: DataSource,
    @Inject(CONFIG) private readonly config: ApiConfig,
  ) {}

  @Get(':scope')
  @Operation({
    summary: 'List the entries of a scope by the beginning of their keys',
    permission: 'command',
    params: OfScope,
    query: ListQuery,
    answers: { 200: EntryList },
  })
  async list(
    @Param() { scope }: OfScope,
    @Query() query: ListQuery,
    @AtWork() command: RunningAsker,
  ): Promise<EntryList> {
    return page(await listEntries(this.dataSource, shelfOf(command, scope), query), query.limit);
  }

  @Get(':scope/:key')
  @Operation({
    summary: 'Read an entry; its version is the ETag',
    permission: 'command',
    params: OfEntry,
    answers: {
      200: { contentType: 'text/plain', description: 'The value as it was written: text, or JSON.' },
    },
    errors: [404],
  })
  async read(
    @Param() { scope, key }: OfEntry,
    @AtWork() command: RunningAsker,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const entry = await readEntry(this.dataSource, shelfOf(command, scope), key);
    if (!entry) throw storeProblems.noSuchEntry(scope, key);
    await reply
      .header('etag', `"${entry.version}"`)
      .header('x-content-type-options', 'nosniff')
      .type(entry.type === 'json' ? 'application/json; charset=utf-8' : 'text/plain; charset=utf-8')
      .send(entry.value);
  }

  @Put(':scope/:key')
  @Operation({
    summary: 'Write an entry; If-Match and If-None-Match make it compare and set',
    permission: 'command',
    params: OfEntry,
    query: WriteQuery,
    body: z.unknown(),
    takesText: true,
    bodyBytes: 1024 * 1024,
    answers: { 200: EntryShape },
    errors: [409, 412, 422],
  })
  async write(
    @Param() { scope, key }: OfEntry,
    @Query() { ttl }: WriteQuery,
    @Body() body: unknown,
    @Headers('content-type') contentType: string | undefined,
    @Headers('if-match') ifMatch: string | undefined,
    @Headers('if-none-match') ifNoneMatch: string | undefined,
    @AtWork() command: RunningAsker,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<EntryShape> {
    const entry = await writeEntry(
      this.dataSource,
      shelfOf(command, scope),
      key,
      { ...valueOf(body, contentType), ttlMs: ttl, runId: command.runId },
      readCondition(ifMatch, ifNoneMatch),
      this.config.store ?? usualStoreLimits,
    );
    reply.header('etag', `"${entry.version}"`);
    return told(entry);
  }

  @Delete(':scope/:key')
  @Operation({
    summary: 'Delete an entry',
    permission: 'command',
    params: OfEntry,
    answers: { 204: null },
    errors: [404, 412],
  })
  async remove(
    @Param() { scope, key }: OfEntry,
    @Headers('if-match') ifMatch: string | undefined,
    @AtWork() command: RunningAsker,
  ): Promise<void> {
    const condition = readCondition(ifMatch, undefined);
    if (!(await deleteEntry(this.dataSource, shelfOf(command, scope), key, condition)))
      throw storeProblems.noSuchEntry(scope, key);
  }
}

function shelfOf({ bundle, channel, userId }: RunningAsker, scope: Scope): Shelf {
  const owners: Readonly<Record<Scope, string>> = { bundle: '', channel, user: userId };
  return { bundle, scope, owner: owners[scope] };
}

/** Nothing at all is the empty text. */
function valueOf(body: unknown, contentType: string | undefined): EntryValue {
  if (Buffer.isBuffer(body)) {
    if (!isUtf8(body)) throw storeProblems.notText();
    return { type: 'text', value: body };
  }
  const isJson = contentType !== undefined && /^application\/(json|.*\+json)\b/i.test(contentType);
  return isJson
    ? { type: 'json', value: Buffer.from(JSON.stringify(body)) }
    : { type: 'text', value: Buffer.alloc(0) };
}
