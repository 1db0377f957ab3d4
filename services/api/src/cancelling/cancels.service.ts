import { refusal, type ExecutionState, type Refusal } from '@chasqui/contracts';
import { cancelSentences } from '@chasqui/replies';
import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Orders } from '../commands/orders.service.js';
import type { ApiConfig } from '../config.js';
import { CONFIG } from '../parts.js';
import { RelayBoard } from '../relays/board.service.js';
import { cancelledUnstarted } from '../runs/end-of.js';
import { Endings } from '../runs/endings.service.js';
import { Followers } from '../runs/followers.service.js';
import { Outbox } from '../runs/outbox.service.js';
import { Progress } from '../runs/progress.service.js';
import { Pipelines } from '../pipelines/pipelines.service.js';
import { Turns } from '../waiting/turns.service.js';
import type { CancelAnswer } from './cancel-answer.js';
import { requestCancel } from './request-cancel.js';
import { toldRelays } from './told-relays.js';

/** What those need who cancel the runs of others. */
export const cancelRuns = 'chasqui:cancel-runs';

/** Who wants to cancel, and what they may. */
export interface Canceller {
  readonly id: string;
  readonly username: string;
  readonly holds: (permission: string) => boolean;
}

/** Cancels runs: what has not begun for certain, and what may have begun as soon as its relay has confirmed that. */
@Injectable()
export class Cancels {
  constructor(
    private readonly dataSource: DataSource,
    private readonly orders: Orders,
    private readonly outbox: Outbox,
    private readonly endings: Endings,
    private readonly progress: Progress,
    private readonly pipelines: Pipelines,
    private readonly turns: Turns,
    private readonly followers: Followers,
    private readonly board: RelayBoard,
    @Inject(CONFIG) private readonly config: ApiConfig,
  ) {}

  /** Why somebody may not cancel a run: it is another's, or there is none that they may know of. */
  async forbidden(runId: string, { id, holds }: Canceller): Promise<Refusal | undefined> {
    const [run] = await this.dataSource.query<{ user_id: string | null }[]>(
      'select user_id from runs where id = $1',
      [runId],
    );
    if (run && (run.user_id === id || holds(cancelRuns))) return undefined;
    if (run && holds('chasqui:read-runs')) return refusal('not-permitted', { permission: cancelRuns });
    return refusal('no-such-run', { id: runId });
  }

  /** Cancels a run for somebody who may. Safe to ask again: relays are told once more then. */
  async cancel(runId: string, by: string, now: number): Promise<CancelAnswer> {
    const requested = await requestCancel(
      this.dataSource,
      runId,
      by,
      (one) => this.orders.cancel(one),
      (manager, id) => this.pipelines.cancelled(manager, id, now),
      now,
    );
    if (!requested) throw new Error(`run ${runId} is gone`);
    if (requested.kind === 'over') {
      const { status } = requested;
      return { runId, state: 'over', status, waitingFor: [], text: cancelSentences.over({ runId, status }) };
    }
    const { told, unsent, before } = requested;
    this.endings.forget([...told, ...unsent].map(({ id }) => id));
    this.outbox.send(requested.outbox);
    if (requested.ended) this.turns.ended(requested.ended, now);
    this.turns.soon();
    for (const open of unsent) await this.endings.end(open, cancelledUnstarted(), now);
    this.followers.changed(runId);
    const { status, began } = await this.standing(runId);
    if (told.length === 0) {
      const text = cancelSentences.done({ runId, began });
      return { runId, state: 'cancelled', status, by: requested.by, waitingFor: [], text };
    }
    this.progress.lookNow(runId);
    const names = told.map(({ relay }) => relay);
    const waitingFor = toldRelays(names, this.board, this.config.timing, now);
    const { state, text } = cancelSentences.requested({ by: requested.by, waitingFor, now, runId, before });
    return {
      runId,
      state,
      status,
      by: requested.by,
      waitingFor: waitingFor.map((one) => ({ ...one, since: new Date(one.since).toISOString() })),
      text,
    };
  }

  /** How a run stands, and whether anything of it was run. */
  private async standing(runId: string): Promise<{ status: ExecutionState; began: boolean }> {
    const [row] = await this.dataSource.query<{ status: ExecutionState; began: boolean }[]>(
      `select status, exists (select from executions e where e.run_id = $1 and e.started_at is not null) as began
       from runs where id = $1`,
      [runId],
    );
    return row!;
  }
}
