import type { ServerResponse } from 'node:http';
import { ExecutionState, fileLimits, GivenFile, type ChatMessage } from '@chasqui/contracts';
import { Body, Controller, Get, Inject, Param, Post, Query, Req, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { DataSource } from 'typeorm';
import { z } from 'zod';
import { CancelAnswer } from '../cancelling/cancel-answer.js';
import { cancelRuns, Cancels } from '../cancelling/cancels.service.js';
import { Commands } from '../commands/commands.service.js';
import { From, type Caller } from '../http/caller.js';
import { Operation } from '../http/operation.js';
import { Asker, holds, mustHold, type AskedRequest, type Principal } from '../http/principal.js';
import { Problem } from '../http/problem.js';
import { newId } from '../ids.js';
import { Followers } from './followers.service.js';
import { follow } from './follow.js';
import { readRuns } from './read-runs.js';
import { httpAdapter } from './reply-to.js';
import { Run } from './run.js';

const byId = z.object({ id: z.uuid('a run id is a UUID, as "chasqui runs" prints it') });
const filter = z.object({
  limit: z.coerce.number().int().min(1).max(500).default(50),
  before: z.uuid().optional().describe('the `next` of the page before'),
  user: z.string().optional(),
  command: z.string().optional().describe('`bundle:command` or `command`'),
  relay: z.string().optional(),
  status: ExecutionState.optional(),
});
type Filter = z.infer<typeof filter>;

/** Runs: asking for one, and the command audit log. Everybody sees their own; the others' need `chasqui:read-runs`. */
@Controller('runs')
export class RunsController {
  constructor(
    private readonly commands: Commands,
    @Inject(DataSource) private readonly dataSource: DataSource,
    private readonly followers: Followers,
    private readonly cancels: Cancels,
  ) {}

  @Post()
  @Operation({
    summary: 'Run a command line',
    permission: 'signed-in',
    scopedToo: true,
    besides: 'The rules of the commands decide.',
    body: z.object({
      line: z.string().max(100_000).describe('as it would be typed in chat, without the prefix'),
      files: z
        .array(GivenFile.pick({ as: true, name: true }).extend({ base64: z.base64() }))
        .max(fileLimits.inCount)
        .optional()
        .describe('files for its first command; `as` is what the command calls one'),
    }),
    bodyBytes: 2 * fileLimits.inBytes,
    answers: { 202: Run },
  })
  async create(
    @Body() body: { line: string; files?: GivenFile[] },
    @Asker() asker: Principal,
    @From() caller: Caller,
  ): Promise<Run> {
    const id = newId();
    const message: ChatMessage = {
      id,
      adapter: httpAdapter,
      room: { id: httpAdapter, direct: true },
      sender: { id: asker.id, name: asker.username },
      addressed: 'api',
      text: body.line.replace(/^\s*!/, ''),
      ...(body.files && { files: body.files }),
      saidAt: Date.now(),
    };
    await this.commands.accept(message, id, { scopes: asker.scopes, caller });
    return this.one(id, asker);
  }

  @Get()
  @Operation({
    summary: 'List runs, newest first',
    permission: 'signed-in',
    scopedToo: true,
    besides: 'Without `chasqui:read-runs` these are your own.',
    query: filter,
    answers: { 200: z.object({ runs: z.array(Run), next: z.uuid().optional() }) },
  })
  async list(@Query() query: Filter, @Asker() asker: Principal): Promise<{ runs: Run[]; next?: string }> {
    const { user: username, ...rest } = query;
    const ownOnly = holds(asker, 'chasqui:read-runs') ? {} : { userId: asker.id };
    const runs = await readRuns(this.dataSource, { ...rest, username, ...ownOnly });
    return runs.length < query.limit ? { runs } : { runs, next: runs.at(-1)!.id };
  }

  @Get(':id')
  @Operation({
    summary: 'Show a run',
    permission: 'signed-in',
    scopedToo: true,
    besides: 'Other people’s need `chasqui:read-runs`.',
    params: byId,
    answers: { 200: Run },
    errors: [404],
  })
  get(@Param() params: { id: string }, @Asker() asker: Principal): Promise<Run> {
    return this.one(params.id, asker);
  }

  @Post(':id/cancel')
  @Operation({
    summary: 'Cancel a run',
    subject: 'run',
    permission: 'signed-in',
    scopedToo: true,
    besides: 'Other people’s need `chasqui:cancel-runs`.',
    params: byId,
    answers: { 200: CancelAnswer },
    errors: [404],
  })
  async cancel(@Param() { id }: { id: string }, @Asker() asker: Principal): Promise<CancelAnswer> {
    const canceller = { ...asker, holds: (permission: string) => holds(asker, permission) };
    const no = await this.cancels.forbidden(id, canceller);
    if (no?.code === 'not-permitted') mustHold(asker, cancelRuns);
    if (no) throw noSuchRun(id);
    return this.cancels.cancel(id, asker.username, Date.now());
  }

  @Get(':id/events')
  @Operation({
    summary: 'Follow a run: its changes and its output as they come, until it is over',
    permission: 'signed-in',
    scopedToo: true,
    besides: 'Other people’s need `chasqui:read-runs`.',
    params: byId,
    answers: {
      200: {
        contentType: 'text/event-stream',
        description: 'Events `run` (a Run), `output` (a piece of output) and at last `end` (the Run).',
      },
    },
    errors: [404],
  })
  async events(
    @Param() params: { id: string },
    @Asker() asker: Principal,
    @Req() request: AskedRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    await this.one(params.id, asker);
    const [own] = await readRuns(this.dataSource, { id: params.id, limit: 1, userId: asker.id });
    const mayStill = async () => {
      const now = await request.asksStill?.();
      return now !== undefined && (own !== undefined || holds(now, 'chasqui:read-runs'));
    };
    reply.hijack();
    await stream(reply.raw, (signal) => follow(this.dataSource, this.followers, params.id, mayStill, signal));
  }

  /** A run that is somebody else's does not exist for those who may not read it. */
  private async one(id: string, asker: Principal): Promise<Run> {
    const ownOnly = holds(asker, 'chasqui:read-runs') ? {} : { userId: asker.id };
    const [run] = await readRuns(this.dataSource, { id, limit: 1, ...ownOnly });
    if (run) return run;
    throw noSuchRun(id);
  }
}

function noSuchRun(id: string): Problem {
  return new Problem(
    404,
    'no-such-run',
    `There is no run ${id} that you may see; "chasqui runs" lists yours.`,
    { id },
  );
}

/** Server-Sent Events (WHATWG HTML §9.2). A client that leaves ends it. */
async function stream(
  response: ServerResponse,
  events: (signal: AbortSignal) => AsyncIterable<{ event: string; data: unknown }>,
): Promise<void> {
  const left = new AbortController();
  response.on('close', () => left.abort());
  response.writeHead(200, {
    'content-type': 'text/event-stream',
    'cache-control': 'no-store',
    'x-accel-buffering': 'no',
  });
  for await (const { event, data } of events(left.signal)) {
    const room = response.write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
    if (!room && !left.signal.aborted) await drained(response);
  }
  response.end();
}

/** Until there is room for more, or nobody is there any more. */
function drained(response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const goOn = () => {
      response.off('drain', goOn).off('close', goOn);
      resolve();
    };
    response.on('drain', goOn).on('close', goOn);
  });
}
