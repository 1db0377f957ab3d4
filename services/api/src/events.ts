import { counter, histogram, type Logger } from '@chasqui/telemetry';
import { Inject, Injectable } from '@nestjs/common';
import { LOGGER } from './parts.js';

const runs = counter('chasqui_runs_total', 'Runs by how they ended or were refused');
const latency = histogram('chasqui_accept_seconds', 'From a chat message taken up to its run recorded', 's');
const duration = histogram('chasqui_run_seconds', 'From a run accepted to its end', 's');
const rejections = counter(
  'chasqui_heartbeats_rejected_total',
  'Heartbeats that no known relay can have sent',
);
const forgeries = counter(
  'chasqui_reports_rejected_total',
  'Reports that did not open, or were of no execution of their relay',
);

/** How often the same relay's rejected heartbeat is worth a line, in milliseconds. */
const rejectionEveryMs = 60_000;

/** Everything worth counting or writing down, one function each. Labels take few values; the run id stands in the log line. */
@Injectable()
export class Events {
  /** Changes with every run that begins or ends. */
  steps = 0;
  private readonly rejectionLoggedAt = new Map<string, number>();

  constructor(@Inject(LOGGER) private readonly logger: Logger) {}

  runRecorded(
    run: { id: string; status: string; code?: string | null; command?: string | null; relay?: string | null },
    tookMs: number,
  ): void {
    this.steps += 1;
    latency.record(tookMs / 1000);
    if (run.status !== 'accepted') runs.add(1, { status: run.status, code: run.code ?? '' });
    this.logger.info(
      {
        runId: run.id,
        status: run.status,
        code: run.code ?? undefined,
        command: run.command ?? undefined,
        relay: run.relay ?? undefined,
      },
      run.status === 'refused' ? 'run refused' : 'run accepted',
    );
  }

  runEnded(
    run: { runId: string; executionId: string; status: string; exitCode?: number; relay: string },
    tookMs: number,
  ): void {
    this.steps += 1;
    runs.add(1, { status: run.status, code: '' });
    duration.record(tookMs / 1000);
    this.logger.info({ ...run, tookMs }, 'run ended');
  }

  runLost(run: { runId: string; relay: string }): void {
    this.logger.warn(run, 'run lost: its relay is silent');
  }

  messageRepeated(run: { runId: string; messageKey: string }): void {
    this.logger.info(run, 'chat message heard before; nothing done');
  }

  /** Told once, when it is given up; its sender is told the same id. */
  messageFailed(runId: string, cause: unknown): void {
    runs.add(1, { status: 'error', code: 'bug' });
    this.logger.error({ err: cause, runId }, 'a chat message could not be handled');
  }

  /** Once for each message, by each instance that tries it. */
  messageWaits(runId: string, code: string): void {
    this.logger.warn({ runId, code }, 'a chat message waits, and its sender was told');
  }

  reportRejected(
    relay: string,
    why: 'unknown-relay' | 'wrong-token' | 'not-its-execution',
    runId?: string,
  ): void {
    forgeries.add(1, { why });
    this.logger.warn({ relay, why, runId }, 'report rejected');
  }

  /** A report of something already settled: evidence, no change. */
  reportIgnored(report: { runId: string; executionId: string; kind: string; relay: string }): void {
    this.logger.info(report, 'report changed nothing: the execution was settled before');
  }

  heartbeatRejected(relay: string, why: 'unknown-relay' | 'wrong-token'): void {
    rejections.add(1, { why });
    const now = Date.now();
    if (
      now - (this.rejectionLoggedAt.get(relay) ?? 0) < rejectionEveryMs ||
      this.rejectionLoggedAt.size > 1_000
    )
      return;
    this.rejectionLoggedAt.set(relay, now);
    this.logger.warn(
      { relay, why },
      'a relay calls that is not known by this token: create it with "chasqui relay create", and give it the token printed there',
    );
  }

  /** What can be run has changed: which version, and by whom. */
  bundleChanged(
    bundle: { name: string; version?: string; sha256?: string },
    change: 'installed' | 'replaced' | 'enabled' | 'disabled' | 'uninstalled',
    by: string,
  ): void {
    const { name, version, sha256 } = bundle;
    this.logger.info({ bundle: name, version, sha256, by }, `bundle ${change}`);
  }

  /** Which value, never what it is. */
  configChanged(
    place: { bundle: string; key: string; layer: string; owner: string },
    change: 'set' | 'unset',
    by: string,
  ): void {
    this.logger.info({ ...place, by }, `configuration ${change}`);
  }

  storeEntryDeleted(entry: { bundle: string; scope: string; owner: string; key: string }, by: string): void {
    this.logger.info({ ...entry, by }, 'store entry deleted');
  }

  unexpected(what: string, cause: unknown, runId?: string): void {
    this.logger.error({ err: cause, runId }, what);
  }
}
