import { renderRunning } from '@chasqui/replies';
import type { Logger } from '@chasqui/telemetry';
import type { Transport } from '@chasqui/transport';
import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { LOGGER, TRANSPORT } from '../parts.js';
import { readChunks } from './output-chunks.js';
import { addressOf, httpAdapter, replyMessages } from './reply-to.js';
import type { RunRow } from './run-row.js';

/** A run that takes longer than this is said to be running, and shown as it prints, in milliseconds. */
const quietForMs = 1_000;
/** A chat's message is edited at most this often, in milliseconds. */
const editEveryMs = 1_200;

interface Watched {
  readonly run: RunRow;
  readonly relay: string;
  seq: number;
  timer: NodeJS.Timeout;
}

/**
 * Shows a chat that a command is still at work, and what it prints. Only for comfort: it is kept in memory by the instance that took the
 * message, is never more than a view, and where that instance dies the final reply still comes from the database.
 */
@Injectable()
export class Progress implements OnApplicationShutdown {
  private readonly watched = new Map<string, Watched>();

  constructor(
    private readonly dataSource: DataSource,
    @Inject(TRANSPORT) private readonly transport: Transport,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /** A run was ordered; if it is quick nothing is said. */
  expect(run: RunRow, relay: string): void {
    if (run.adapter === httpAdapter) return;
    this.watched.set(run.id, { run, relay, seq: 0, timer: this.later(run.id, quietForMs) });
  }

  settled(runId: string): void {
    clearTimeout(this.watched.get(runId)?.timer);
    this.watched.delete(runId);
  }

  onApplicationShutdown(): void {
    for (const id of this.watched.keys()) this.settled(id);
  }

  private later(runId: string, ms: number): NodeJS.Timeout {
    return setTimeout(
      () =>
        void this.show(runId).catch((cause: unknown) =>
          this.logger.debug({ err: cause, runId }, 'progress not shown'),
        ),
      ms,
    ).unref();
  }

  private async show(runId: string): Promise<void> {
    const watched = this.watched.get(runId);
    if (!watched) return;
    const [open] = await this.dataSource.query<{ id: string }[]>(
      `select id from executions where run_id = $1 and state in ('accepted', 'running')`,
      [runId],
    );
    if (!open) return this.settled(runId);
    const output = await readChunks(this.dataSource, open.id);
    const { run, relay } = watched;
    watched.seq += 1;
    const command = `${run.bundle}:${run.command}`;
    const shown = renderRunning({ command, relay, runId, output });
    await this.transport.publish(...replyMessages(addressOf(run), shown, watched.seq));
    watched.timer = this.later(runId, editEveryMs * Math.min(watched.seq, 10));
  }
}
