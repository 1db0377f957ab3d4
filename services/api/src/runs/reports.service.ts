import type { FilePart, Finished, Output, Refused, Report, Started } from '@chasqui/contracts';
import { inSpan } from '@chasqui/telemetry';
import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Events } from '../events.js';
import { gathered } from '../gathered.js';
import { endOf } from './end-of.js';
import { Endings } from './endings.service.js';
import { Followers } from './followers.service.js';
import { keepFilePart } from '../files/run-files.js';
import { withFilesTold } from '../files/told-files.js';
import { keepOutput } from './output-chunks.js';
import { keepLateReport } from './late-reports.js';
import { start } from './start.js';

/**
 * The lower half of the way of one command: what relays report becomes the truth in the database, once. Every write names the states
 * it may come from, so a report that comes twice, late, or from a relay that was never given the execution changes nothing.
 */
@Injectable()
export class Reports {
  private readonly start = gathered((reports: readonly Started[]) => start(this.dataSource, reports));

  constructor(
    private readonly dataSource: DataSource,
    private readonly endings: Endings,
    private readonly followers: Followers,
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
          case 'file':
            return this.left(report);
          case 'finished':
          case 'refused':
            return this.ended(report);
        }
      },
    );
  }

  private async started(report: Started): Promise<void> {
    if (await this.start(report)) this.followers.changed(report.runId);
    else this.events.reportIgnored(report);
  }

  private async printed(report: Output): Promise<void> {
    if (await keepOutput(this.dataSource, report)) this.followers.changed(report.runId);
  }

  private async left(report: FilePart): Promise<void> {
    if (!(await keepFilePart(this.dataSource, report))) this.events.reportIgnored(report);
  }

  private async ended(report: Finished | Refused): Promise<void> {
    const now = Date.now();
    const end = await withFilesTold(this.dataSource, report, endOf(report));
    const came = await this.endings.report(report, end, now);
    if (came === 'unknown') this.events.reportRejected(report.relay, 'not-its-execution', report.runId);
    if (came === 'settled') await this.late(report, now);
  }

  /** It had ended before, and that end stands. What is said against it is kept. */
  private async late(report: Finished | Refused, now: number): Promise<void> {
    const contradiction = await keepLateReport(this.dataSource, report, now);
    if (!contradiction) return this.events.reportIgnored(report);
    const { runId, executionId, relay } = report;
    this.events.reportContradicts({ runId, executionId, relay, ...contradiction });
    this.followers.changed(runId);
  }
}
