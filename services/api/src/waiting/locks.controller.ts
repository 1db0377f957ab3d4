import { Controller, Get, Inject } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { z } from 'zod';
import { Operation } from '../http/operation.js';
import { Lock, readLocks } from './locks.js';

/** Who holds what, and who waits for it. */
@Controller('locks')
export class LocksController {
  constructor(@Inject(DataSource) private readonly dataSource: DataSource) {}

  @Get()
  @Operation({
    summary: 'List the locks and limits that somebody has or waits for',
    permission: 'chasqui:read-runs',
    answers: { 200: z.object({ locks: z.array(Lock) }) },
  })
  async list(): Promise<{ locks: Lock[] }> {
    return { locks: await readLocks(this.dataSource.manager, Date.now()) };
  }
}
