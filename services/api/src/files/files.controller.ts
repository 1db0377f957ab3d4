import { FileName, LeftOutFile } from '@chasqui/contracts';
import { notKeptFile } from '@chasqui/replies';
import { Controller, Get, Inject, Param, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { DataSource } from 'typeorm';
import { z } from 'zod';
import { Operation } from '../http/operation.js';
import { Asker, holds, type Principal } from '../http/principal.js';
import { Problem } from '../http/problem.js';
import { readRuns } from '../runs/read-runs.js';
import { readMade } from './run-files.js';
import { listFiles } from './told-files.js';

const runId = z.uuid('a run id is a UUID, as "chasqui runs" prints it');
const ofRun = z.object({ id: runId });
const ofFile = z.object({ id: runId, execution: z.uuid(), name: FileName });

const RunFile = z
  .object({ executionId: z.uuid(), relay: z.string(), name: z.string(), bytes: z.number().int() })
  .meta({ id: 'RunFile' });

const FileNotKept = z
  .object({
    executionId: z.uuid(),
    relay: z.string(),
    name: z.string().optional(),
    bytes: z.number().int().optional(),
    why: z.enum([...LeftOutFile.shape.why.options, 'missing', 'lost']),
    text: z.string(),
  })
  .meta({ id: 'FileNotKept' });

/** The files that runs left. Who may see a run may have them. */
@Controller('runs/:id/files')
export class FilesController {
  constructor(@Inject(DataSource) private readonly dataSource: DataSource) {}

  @Get()
  @Operation({
    summary: 'List the files that a run left, and those that were not kept',
    permission: 'signed-in',
    scopedToo: true,
    besides: 'Other people’s need `chasqui:read-runs`.',
    params: ofRun,
    answers: { 200: z.object({ files: z.array(RunFile), notKept: z.array(FileNotKept) }) },
    errors: [404],
  })
  async list(@Param() { id }: { id: string }, @Asker() asker: Principal) {
    await this.mustSee(id, asker);
    const { files, notKept } = await listFiles(this.dataSource, id);
    return {
      files,
      notKept: notKept.map(({ detail, ...file }) => ({ ...file, text: notKeptFile({ ...file, detail }) })),
    };
  }

  @Get(':execution/:name')
  @Operation({
    summary: 'Download a file that a run left',
    permission: 'signed-in',
    scopedToo: true,
    besides: 'Other people’s need `chasqui:read-runs`.',
    params: ofFile,
    answers: { 200: { contentType: 'application/octet-stream', description: 'The file, as it was left.' } },
    errors: [404],
  })
  async download(
    @Param() { id, execution, name }: z.infer<typeof ofFile>,
    @Asker() asker: Principal,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    await this.mustSee(id, asker);
    const bytes = await readMade(this.dataSource, id, execution, name);
    if (!bytes)
      throw new Problem(
        404,
        'no-such-file',
        `Run ${id} left no file ${name}; GET /runs/${id}/files lists them.`,
        {
          id,
          name,
        },
      );
    // Never shown by a browser as a page of this server, whatever is in it (RFC 6266, RFC 8187).
    void reply
      .header('content-type', 'application/octet-stream')
      .header('content-disposition', `attachment; filename*=UTF-8''${encoded(name)}`)
      .header('x-content-type-options', 'nosniff')
      .header('content-security-policy', "default-src 'none'; sandbox")
      .header('cache-control', 'private, no-store')
      .send(bytes);
  }

  /** A run that is somebody else's does not exist for those who may not read it. */
  private async mustSee(id: string, asker: Principal): Promise<void> {
    const ownOnly = holds(asker, 'chasqui:read-runs') ? {} : { userId: asker.id };
    const [run] = await readRuns(this.dataSource, { id, limit: 1, ...ownOnly });
    if (run) return;
    const text = `There is no run ${id} that you may see; "chasqui runs" lists yours.`;
    throw new Problem(404, 'no-such-run', text, { id });
  }
}

function encoded(name: string): string {
  return encodeURIComponent(name).replaceAll(
    /['()*]/g,
    (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
