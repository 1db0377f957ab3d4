import type { Finished, Output, Refused, Report, Started } from '@chasqui/contracts';
import { inSpan } from '@chasqui/telemetry';
import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Events } from '../events.js';
import { endOf } from './end-of.js';
import { finish, readOpen, type OpenExecution } from './finish.js';
import { Followers } from './followers.service.js';
import { Outbox } from './outbox.service.js';
import { keepOutput } from './output-chunks.js';
import { Progress } from './progress.service.js';
import { start } from './start.js';

/**
 * The lower half of the way of one command: what relays report becomes the truth in the database, once. Every write names the states
 * it may come from, so a report that comes twice, late, or from a relay that was never given the execution changes nothing.
 */
@Injectable()
export class Reports {
  constructor(
    private readonly dataSource: DataSource,
    private readonly outbox: Outbox,
    private readonly followers: Followers,
    private readonly progress: Progress,
    private readonly events: Events,
  ) {}

  take(report: Report): Promise<void> {
    return inSpan(
      `report ${report.kind}`,
      { 'chasqui.run_id': report.runId, 'chasqui.relay': report.relay },
      () => {
        switch (report.kind) {
          case 'started':
            return this.started(report);
          case 'output':
            return this.printed(report);
          case 'finished':
          case 'refused':
            return this.ended(report);
        }
      },
    );
  }

  private async started(report: Started): Promise<void> {
    if (await start(this.dataSource, report)) this.followers.changed(report.runId);
  }

  private async printed(report: Output): Promise<void> {
    if (await keepOutput(this.dataSource, report)) this.followers.changed(report.runId);
  }

  private async ended(report: Finished | Refused): Promise<void> {
    const open = await readOpen(this.dataSource, report);
    if (!open) return this.events.reportRejected(report.relay, 'not-its-execution', report.runId);
    const ended = await finish(this.dataSource, open, endOf(report), Date.now());
    if (!ended) return this.events.reportIgnored(report);
    this.outbox.send(ended.outbox);
    this.progress.settled(report.runId);
    this.followers.changed(report.runId);
    this.events.runEnded({ ...ended.summary, relay: report.relay }, tookMs(open));
  }
}

function tookMs(open: OpenExecution): number {
  return Date.now() - open.run.accepted_at.getTime();
}
