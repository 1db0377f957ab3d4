import { isTerminal } from '@chasqui/contracts';
import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Events } from '../events.js';
import type { ApiConfig } from '../config.js';
import { withAttached } from '../files/with-files.js';
import { gathered } from '../gathered.js';
import { CONFIG } from '../parts.js';
import { RelayBoard } from '../relays/board.service.js';
import { mayTryAgain } from '../pipelines/may-try-again.js';
import { Pipelines } from '../pipelines/pipelines.service.js';
import { Turns } from '../waiting/turns.service.js';
import { mayFree } from '../waiting/turn-of.js';
import type { End } from './end-of.js';
import { finalReplies } from './final-replies.js';
import { finish, type Ending } from './finish.js';
import { Followers } from './followers.service.js';
import { finalStep, fromRows, readOpen, type ExecutionKey, type OpenExecution } from './open-execution.js';
import { Outbox, outboxRow } from './outbox.service.js';
import { readChunks } from './output-chunks.js';
import { Progress } from './progress.service.js';
import type { Recording } from './record.js';
import { showEnd } from './show-end.js';
import { sourcesOf } from './sources-of.js';

/** So many executions are remembered between their order and their end; the others are read. */
const rememberedAtMost = 10_000;

/**
 * Brings executions to their end, whoever says so: writes it once, publishes the reply, wakes who follows. What this instance recorded
 * itself it remembers until then, for nothing of it changes but the state, and that the statement checks.
 */
@Injectable()
export class Endings {
  private readonly remembered = new Map<string, OpenExecution>();
  private readonly write = gathered((endings: readonly Ending[]) => finish(this.dataSource, endings));

  constructor(
    private readonly dataSource: DataSource,
    private readonly outbox: Outbox,
    private readonly followers: Followers,
    private readonly progress: Progress,
    private readonly events: Events,
    private readonly pipelines: Pipelines,
    private readonly turns: Turns,
    private readonly board: RelayBoard,
    @Inject(CONFIG) private readonly config: ApiConfig,
  ) {}

  remember({ run, executions }: Recording): void {
    for (const execution of executions) this.remembered.set(execution.id, fromRows(execution, run));
    for (const id of this.remembered.keys()) {
      if (this.remembered.size <= rememberedAtMost) break;
      this.remembered.delete(id);
    }
  }

  /** What is remembered of these is no longer all there is to know. */
  forget(executionIds: readonly string[]): void {
    for (const id of executionIds) this.remembered.delete(id);
  }

  /** Ends an execution that a relay reports on. Says `unknown` where that relay was never given it, `settled` where it had ended before. */
  async report(key: ExecutionKey, end: End, now: number): Promise<'ended' | 'settled' | 'unknown'> {
    const known = this.remembered.get(key.executionId);
    this.remembered.delete(key.executionId);
    const isIts = known?.relay === key.relay && known.attempt === key.attempt;
    // Another instance may have been asked to cancel it, which the reply then tells.
    if (known && isIts && end.event !== 'cancelled' && (await this.end(known, end, now))) return 'ended';
    let before: OpenExecution | undefined;
    for (;;) {
      const open = await readOpen(this.dataSource, key);
      if (!open) return 'unknown';
      if (isTerminal(open.state) && open.state !== 'lost') return 'settled';
      // Nothing changed since the last look, so there is no way from there.
      if (before && isSame(before, open)) return 'settled';
      if (await this.end(open, end, now)) return 'ended';
      before = open;
    }
  }

  /** Ends an execution as it was read. False where it had ended before, or since. */
  async end(open: OpenExecution, end: End, now: number): Promise<boolean> {
    if (open.staged || mayTryAgain(open, end)) return this.endStaged(open, end, now);
    const { from, to } = sourcesOf(end.event, end.who);
    const { relay, id: executionId, address, run, plan } = open;
    const stored = hasEarlierOutput(end) ? await readChunks(this.dataSource, open.id) : [];
    const said = showEnd(open, end, stored, now, this.config.templates);
    const reply = end.files?.length ? await withAttached(this.dataSource, address, said, executionId) : said;
    const seq = (open.replies + 1) * finalStep;
    const asked = { username: run.user.username, line: run.line };
    const outbox = finalReplies(address, plan?.targets ?? [], reply, seq, asked).map(outboxRow);
    if (!(await this.write({ open, end, from, to, reply, seq, outbox, at: now }))) return false;
    this.board.ended(relay);
    this.outbox.send(outbox);
    this.progress.settled(address.runId);
    this.followers.changed(address.runId);
    this.events.runEnded(
      { runId: address.runId, executionId, relay, status: to, exitCode: end.exitCode },
      now - open.acceptedAt,
    );
    return true;
  }

  /** Ends an execution whose run may go on with another, or with another attempt. */
  private async endStaged(open: OpenExecution, end: End, now: number): Promise<boolean> {
    const ended = await this.pipelines.ended(open, end, now);
    if (!ended) return false;
    const { relay, id: executionId } = open;
    const { runId } = open.address;
    this.board.ended(relay);
    this.outbox.send(ended.outbox);
    if (ended.again) {
      const { from, to, attempt, fault } = ended.again;
      this.events.runTriedAgain({ runId, executionId, from, to, attempt, fault });
      this.progress.lookNow(runId);
    }
    if (ended.status !== undefined) {
      this.progress.settled(runId);
      const run = { runId, executionId, relay, status: ended.status, exitCode: end.exitCode };
      this.events.runEnded(run, now - open.acceptedAt);
    }
    this.followers.changed(runId);
    if (mayFree(open.plan)) this.turns.soon();
    return true;
  }
}

function isSame(a: OpenExecution, b: OpenExecution): boolean {
  return a.state === b.state && a.endedAt === b.endedAt && a.staged === b.staged;
}

/** An end by a relay says how much was printed in all; one by the sweep does not know. */
function hasEarlierOutput(end: End): boolean {
  if (end.who === 'api') return true;
  return end.chunks.length === 0 ? end.outputBytes > 0 : end.chunks[0]!.seq > 0;
}
