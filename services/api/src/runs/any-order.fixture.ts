import { setTimeout as delay } from 'node:timers/promises';
import type { Finished, Order, Report } from '@chasqui/contracts';
import { createLogger } from '@chasqui/telemetry';
import { until } from '../api-world.fixture.js';
import { Cancels } from '../cancelling/cancels.service.js';
import { configWith } from '../api-world.fixture.js';
import { retryingWorld } from '../pipelines/retrying-world.fixture.js';
import { startApi } from '../start-api.js';
import { Turns } from '../waiting/turns.service.js';
import { lost } from './end-of.js';
import { Endings } from './endings.service.js';
import { readOpenOf } from './open-execution.js';
import { Reports } from './reports.service.js';

/** Something that happens to a run: a report, or what the API does by itself. Of what `attempt` an order had, counted from 0; of the last one there is. */
export interface Step {
  readonly what:
    'started' | 'output' | 'finished' | 'unknown' | 'stopping' | 'late' | 'sweep' | 'cancel' | 'wake';
  readonly attempt: number;
  /** Of which output, from 0; or with which exit code. */
  readonly n: number;
  /** Which of the two instances it happens to. */
  readonly at: 0 | 1;
}

/** What one command prints: so many chunks, the last of which come with its end. */
export const chunks = ['one\n', 'two\n', 'three\n'].map((text, seq) => ({
  seq,
  stream: 'stdout' as const,
  text,
}));
const printedBytes = chunks.reduce((sum, { text }) => sum + text.length, 0);

/** Two instances of the API on one database, to which reports come in any order. */
export async function anyOrderWorld(serverUrl: string) {
  // Relays that nobody plays for an hour are not silent here.
  const timing = { suspectAfterMs: 3_600_000, offlineAfterMs: 3_600_000 };
  const world = await retryingWorld(serverUrl, timing);
  const second = await startApi(
    {
      config: configWith(timing),
      dataSource: world.dataSource,
      transport: world.transport,
      logger: createLogger({ service: 'api', level: 'silent' }),
      metrics: async () => ({ contentType: 'text/plain', text: '' }),
    },
    { listen: false },
  );
  const instances = [world.api, second] as const;

  const reportOf = ({ what, n }: Step, order: Order): Report => {
    const { relay, runId, executionId, attempt } = order;
    const about = { relay, runId, executionId, attempt, at: Date.now() + 1_000 };
    const end = {
      epoch: 0,
      durationMs: 1,
      droppedBytes: 0,
      outputBytes: printedBytes,
      chunks: chunks.slice(2),
    };
    const finished = (outcome: Finished['outcome']): Finished => ({
      kind: 'finished',
      ...about,
      ...end,
      outcome,
    });
    switch (what) {
      case 'started':
        return { kind: 'started', ...about };
      case 'output':
        return { kind: 'output', ...about, epoch: 0, chunks: [chunks[n % 2]!] };
      case 'finished':
        return finished({ kind: 'exited', exitCode: n });
      case 'unknown':
        return { ...finished({ kind: 'unknown', detail: '' }), chunks: [], outputBytes: 0 };
      case 'stopping':
        return { kind: 'refused', ...about, code: 'relay-stopping', detail: '' };
      default:
        return { kind: 'refused', ...about, code: 'order-late', detail: '' };
    }
  };

  /** Brings one about. What a step is about that is not there, nothing comes of. */
  const happen = async (step: Step, runId: string): Promise<void> => {
    const api = instances[step.at];
    switch (step.what) {
      case 'cancel':
        return void (await api.get(Cancels).cancel(runId, 'ann', Date.now()));
      case 'wake':
        return void (await api.get(Turns).wake(runId));
      case 'sweep': {
        const open = await readOpenOf(world.dataSource, runId);
        const running = open.filter(({ state }) => state !== 'lost');
        const one = running[Math.min(step.attempt, running.length - 1)];
        return void (one && (await api.get(Endings).end(one, lost(0), Date.now())));
      }
      default: {
        // Orders go out after their transaction, so what was just ordered may be on its way.
        const orders = world.ordersOf(runId);
        return api.get(Reports).take(reportOf(step, orders[Math.min(step.attempt, orders.length - 1)]!));
      }
    }
  };

  return {
    ...world,
    happen,
    /** Every order that this run's executions stand for has come. */
    allOrdered: async (runId: string) => {
      const [{ count }] = await world.dataSource.query(
        `select count(*)::int as count from executions where run_id = $1 and state <> 'waiting'`,
        [runId],
      );
      await until(() => world.ordersOf(runId).length >= count);
    },
    /** Nothing of any run is promised and not sent. */
    allSent: async () => {
      await until(async () => (await world.dataSource.query('select from outbox')).length === 0);
      await delay(1);
    },
    async [Symbol.asyncDispose]() {
      await second.stop();
      await world[Symbol.asyncDispose]();
    },
  };
}
export type AnyOrderWorld = Awaited<ReturnType<typeof anyOrderWorld>>;
