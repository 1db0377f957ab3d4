import {
  cancelSentences,
  queuedSentence,
  quiet,
  remarked,
  rendered,
  renderRunning,
  retrySentences,
  runningStageSentence,
  type Rendered,
} from '@chasqui/replies';
import type { Block } from '@chasqui/contracts';
import type { Logger } from '@chasqui/telemetry';
import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { SealedReplies } from '../adapters/sealed-replies.service.js';
import { fullNameOf } from '../commands/full-name.js';
import { isAlone } from '../commands/plan.js';
import { toldRelays } from '../cancelling/told-relays.js';
import type { ApiConfig } from '../config.js';
import { CONFIG, LOGGER } from '../parts.js';
import { attemptsBefore } from '../pipelines/attempts-before.js';
import { readTargets } from '../pipelines/read-targets.js';
import { showFanOutRunning } from '../pipelines/show-fan-out.js';
import { queuedOf } from '../waiting/queued-of.js';
import { standingOf } from '../waiting/standing.js';
import { RelayBoard } from '../relays/board.service.js';
import { readChunks } from './output-chunks.js';
import { addressOf, httpAdapter, replyMessages } from './reply-to.js';
import type { RunRow } from './run-row.js';

/** A run that takes longer than this is said to be running, and shown as it prints, in milliseconds. */
const quietForMs = 1_000;
/** A chat's message is edited at most this often, in milliseconds. */
const editEveryMs = 1_200;

interface Watched {
  readonly run: RunRow;
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
    private readonly replies: SealedReplies,
    private readonly board: RelayBoard,
    @Inject(CONFIG) private readonly config: ApiConfig,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /** A run was ordered; if it is quick nothing is said. */
  expect(run: RunRow): void {
    if (run.adapter === httpAdapter) return;
    this.watched.set(run.id, { run, seq: 0, timer: this.later(run.id, quietForMs) });
  }

  /** Something about it is to be said now, as far as this instance says it at all. */
  lookNow(runId: string): void {
    const watched = this.watched.get(runId);
    if (!watched) return;
    clearTimeout(watched.timer);
    watched.timer = this.later(runId, 0);
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
    const shown = await this.running(watched.run);
    if (!shown) return this.settled(runId);
    watched.seq += 1;
    await this.replies.publish(...replyMessages(addressOf(watched.run), shown, watched.seq));
    watched.timer = this.later(runId, editEveryMs * Math.min(watched.seq, 10));
  }

  /** How it stands; undefined where nothing of it is under way. */
  private async running(run: RunRow): Promise<Rendered | undefined> {
    const rows = await this.dataSource.query<Row[]>(
      `select e.id, e.relay, e.stage, e.attempt, e.not_before, e.state in ('accepted', 'running') or e.waits_for in ('retry', 'wave') and e.state = 'waiting' as open, e.state not in ('waiting', 'accepted', 'running') as done,
         e.state = 'waiting' and e.waits_for in ('lock', 'limit', 'relay') as queued, r.cancel_requested_by as cancelled_by
       from executions e join runs r on r.id = e.run_id
       where e.run_id = $1 and e.superseded_by is null and e.stage = (select max(stage) from executions where run_id = $1) order by e.item`,
      [run.id],
    );
    const open = rows.find((row) => row.open);
    const queued = rows.some((row) => row.queued) ? await this.queued(run.id) : undefined;
    if (!open) return queued && rendered('running', [queued]);
    const running = await this.withAttempt(await this.shown(run, rows, open), rows);
    const shown = queued ? rendered('running', [...running.blocks, queued]) : running;
    if (open.cancelled_by === null) return shown;
    const [names, now] = [rows.filter((row) => row.open).map(({ relay }) => relay), Date.now()];
    const waitingFor = toldRelays(names, this.board, this.config.timing, now);
    return remarked(shown, cancelSentences.underWay({ by: open.cancelled_by, waitingFor, now }));
  }

  /** What it waits for, and how long yet: of several, the one that has its turn first. */
  private async queued(runId: string): Promise<Block | undefined> {
    const now = Date.now();
    const [first] = (await standingOf(this.dataSource.manager, runId, now)).toSorted(
      (a, b) => a.position - b.position,
    );
    return first && quiet(queuedSentence(queuedOf(first, this.board.views(now), now)));
  }

  /** With what became of the attempt before, where one of these is not the first. */
  private async withAttempt(shown: Rendered, rows: readonly Row[]): Promise<Rendered> {
    const again = rows.find((row) => row.open && row.attempt > 1);
    const before = again && (await attemptsBefore(this.dataSource, again.id)).at(-1);
    if (!before) return shown;
    const at = again.not_before?.getTime();
    return remarked(shown, retrySentences.again({ ...before, to: again.relay, at, now: Date.now() }));
  }

  private async shown(run: RunRow, rows: readonly Row[], open: Row): Promise<Rendered> {
    const stage = run.plan?.stages[open.stage];
    const isCommand = stage?.kind === 'command';
    if (isCommand && stage.each) {
      const now = Date.now();
      const targets = await readTargets(this.dataSource, run.id, open.stage, now);
      return showFanOutRunning({ stage, runId: run.id, targets, now });
    }
    const command = isCommand ? fullNameOf(stage) : `${run.bundle}:${run.command}`;
    const at = { command, relay: open.relay, runId: run.id };
    // Of what is not whole nobody can tell yet which lines were meant for Cog.
    const isOne = !run.staged || !run.plan || isAlone(run.plan);
    if (isCommand && stage.command.calling === 'cog' && isOne) return renderRunning(at);
    if (isOne) return renderRunning({ ...at, output: await readChunks(this.dataSource, open.id) });
    const done = rows.filter((row) => row.done).length;
    const far = { stage: open.stage + 1, stages: run.plan!.stages.length, done, items: rows.length };
    const text = runningStageSentence({ ...at, ...far });
    return rendered('running', [quiet(text)]);
  }
}

interface Row {
  readonly id: string;
  readonly relay: string;
  readonly stage: number;
  readonly attempt: number;
  readonly not_before: Date | null;
  readonly open: boolean;
  readonly done: boolean;
  /** Whether it waits for a lock, a limit or a relay. */
  readonly queued: boolean;
  readonly cancelled_by: string | null;
}
