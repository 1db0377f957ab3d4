import type { Order } from '@chasqui/contracts';
import { expect } from 'vitest';
import { apiWorld, until, type ApiWorld } from '../api-world.fixture.js';
import type { Timing } from '../config.js';
import type { Run } from '../runs/run.js';
import { Sweep } from '../runs/sweep.service.js';

const again = `
chasqui_bundle_version: 1
name: again
version: 1.0.0
description: For trying again
permissions: [use]
relay: here
effect: read
commands:
  read: { description: Reads, executable: [/bin/echo], rules: [allow] }
  same: { description: The same twice, effect: idempotent, executable: [/bin/echo], rules: [must have again:use] }
  write: { description: Writes, effect: write, executable: [/bin/echo], rules: [allow] }
  never: { description: Reads once, retries: 0, executable: [/bin/echo], rules: [allow] }
  often: { description: Reads and reads, retries: 3, executable: [/bin/echo], rules: [allow] }
  list: { description: Lists, output: ndjson, executable: [/bin/echo], rules: [allow] }
  each: { description: One by one, input: each, executable: [/bin/echo], rules: [allow] }
  all: { description: All at once, input: all, executable: [/bin/echo], rules: [allow] }
  login:
    description: Takes a secret
    executable: [/bin/echo]
    rules: [allow]
    options: { password: { secret: true } }
`;
const unsaid = `
chasqui_bundle_version: 1
name: unsaid
version: 1.0.0
description: Says nothing about its effect
commands:
  it: { description: Does it, relay: here, executable: [/bin/echo], rules: [allow] }
`;

/** The API with two relays that the test plays, `fra-1` and `fra-2`, and commands that may be tried again or not. */
export async function retryingWorld(serverUrl: string, timing: Partial<Timing> = {}) {
  const world = await apiWorld(serverUrl, { timing });
  const relays = [await world.relay('fra-1', ['here']), await world.relay('fra-2', ['here'])];
  for (const source of [again, unsaid]) {
    const installed = await world.call('POST', '/bundles', { source, enable: true });
    expect(installed.status, installed.text).toBe(201);
  }
  const run = async (id: string): Promise<Run> => (await world.call('GET', `/runs/${id}`)).body;
  /** Every order of a run that went out, by attempt. */
  const ordersOf = (runId: string) =>
    relays
      .flatMap(({ orders }) => orders.filter((order) => order.runId === runId))
      .toSorted((a, b) => a.attempt - b.attempt || a.issuedAt - b.issuedAt);
  const relayOf = ({ relay }: Pick<Order, 'relay'>) => relays.find(({ name }) => name === relay)!;
  return {
    ...world,
    relays,
    run,
    ordersOf,
    relayOf,
    /** Says it, and waits for the first order. */
    ordered: async (line: string, more: Parameters<ApiWorld['say']>[1] = {}) => {
      const seen = relays.map(({ orders }) => orders.length);
      const id = await world.say(line, more);
      const order = await until(() => relays.flatMap(({ orders }, at) => orders.slice(seen[at]))[0]);
      return { id, order, runId: order.runId };
    },
    attempt: (runId: string, nth: number) =>
      until(() => ordersOf(runId).find((order) => order.attempt === nth)),
    /** It runs, and its relay falls silent. */
    silence: async (order: Order) => {
      await relayOf(order).report(order, { kind: 'started' });
      await until(async () => (await run(order.runId)).status === 'running');
      const seen = (at: string) =>
        world.dataSource.query(`update relays set last_seen_at = ${at} where name = $1`, [order.relay]);
      await seen(`now() - interval '5 minutes'`);
      await world.api.get(Sweep).sweep(Date.now());
      await seen('now()');
    },
    replyTo: (id: string, mark: string) =>
      until(() => world.replies.find((reply) => reply.inReplyTo === id && reply.mark === mark)),
    finalReplies: (id: string) =>
      world.replies.filter((reply) => reply.inReplyTo === id && reply.mark !== 'running'),
  };
}
export type RetryingWorld = Awaited<ReturnType<typeof retryingWorld>>;
