import type { Order } from '@chasqui/contracts';
import { createLogger } from '@chasqui/telemetry';
import { vi } from 'vitest';
import { apiWorld, configWith } from '../api-world.fixture.js';
import type { Timing } from '../config.js';
import { startApi } from '../start-api.js';

/** Commands that wait: for a lock of their bundle, for others of the same command, for a relay. */
const waitingBundle = `
chasqui_bundle_version: 1
name: ops
version: 1.0.0
description: For waiting
permissions: [special]
commands:
  deploy:
    description: One at a time for each environment
    executable: [/bin/echo]
    positionals: [{ name: env, required: true }]
    lock: deploy-\${env}
    rules: [allow]
  rollback:
    description: By the same lock
    executable: [/bin/echo]
    options: { env: { default: prod } }
    lock: deploy-\${env}
    rules: [allow]
  look: { description: Looks, effect: read, executable: [/bin/echo], lock: look, rules: [allow] }
  build: { description: Two at once, executable: [/bin/echo], concurrency: 2, rules: [allow] }
  both: { description: Both, executable: [/bin/echo], lock: only, concurrency: 1, rules: [allow] }
  each: { description: For each, input: each, executable: [/bin/echo], concurrency: 2, rules: [allow] }
  list: { description: Lists, output: ndjson, executable: [/bin/echo], rules: [allow] }
  patient: { description: Waits for a relay, executable: [/bin/echo], no-relay: wait 10m, rules: [allow] }
  special: { description: Not for all, executable: [/bin/echo], rules: [must have ops:special] }
`;

/** Waits until `look` gives something, for as long as a loaded machine may take. */
export function until<T>(look: () => T | undefined | false | Promise<T | undefined | false>): Promise<T> {
  return vi.waitUntil(look, { timeout: 60_000, interval: 10 }) as Promise<T>;
}

/** The API with a bundle of commands that wait, and a second instance of it on the same database. */
export async function waitingWorld(server: string, timing: Partial<Timing> = {}) {
  // Relays here say once that they are there; how long a test takes on a loaded machine is no matter.
  const patient = { suspectAfterMs: 3_600_000, offlineAfterMs: 7_200_000, ...timing };
  const world = await apiWorld(server, { timing: patient });
  const { dataSource, transport } = world;
  const logger = createLogger({ service: 'api', level: 'silent' });
  const metrics = async () => ({ contentType: 'text/plain', text: '' });
  const another = () =>
    startApi({ config: configWith(patient), dataSource, transport, logger, metrics }, { listen: false });
  const second = await another();
  const { status, text } = await world.call('POST', '/bundles', { source: waitingBundle, enable: true });
  if (status !== 201) throw new Error(text);
  const run = async (id: string) => (await world.call('GET', `/runs/${id}`)).body;
  return {
    ...world,
    second,
    another,
    run,
    /** Says a line and answers its run's id, once it is on record. */
    runOf: async (line: string, sender = 'admin') => {
      const id = await world.say(line, { sender });
      return until(async () => {
        const [row] = await dataSource.query<{ id: string }[]>('select id from runs where in_reply_to = $1', [
          id,
        ]);
        return row?.id;
      });
    },
    /** What its asker was told last. */
    told: (runId: string) => until(() => world.replies.findLast((reply) => reply.runId === runId)),
    /** The last of what its asker was told in which these words are. */
    saidOf: (runId: string, text: string) =>
      until(() => world.replies.findLast((reply) => reply.runId === runId && reply.text.includes(text))),
    /** Waits until its run stands so. */
    stands: (runId: string, status: string) => until(async () => (await run(runId)).status === status),
    executions: (runId: string) =>
      dataSource.query<
        { id: string; state: string; waits_for: string | null; relay: string; item: number }[]
      >(
        'select id, state, waits_for, relay, item from executions where run_id = $1 order by stage, item, attempt',
        [runId],
      ),
    async [Symbol.asyncDispose]() {
      await second.stop();
      await world[Symbol.asyncDispose]();
    },
  };
}
export type WaitingWorld = Awaited<ReturnType<typeof waitingWorld>>;

/** The orders of a run. */
export function ordersOf(orders: readonly Order[], runId: string): readonly Order[] {
  return orders.filter((order) => order.runId === runId);
}
