import type { Finished, Order } from '@chasqui/contracts';
import { createLogger } from '@chasqui/telemetry';
import { apiWorld, configWith, until, type ApiWorld } from '../api-world.fixture.js';
import { startApi } from '../start-api.js';

const ops = `
chasqui_bundle_version: 1
name: ops
version: 1.0.0
description: For lines on several relays
commands:
  name: { description: Says its name, effect: write, executable: [/bin/hostname], rules: [allow] }
  list: { description: Lists, effect: write, output: ndjson, executable: [/bin/echo], rules: [allow] }
  each: { description: One by one, input: each, executable: [/bin/echo], rules: [allow] }
  all: { description: All at once, input: all, executable: [/bin/echo], rules: [allow] }
  locked: { description: One at a time, effect: write, lock: door, executable: [/bin/echo], rules: [allow] }
  careful:
    description: Not everywhere
    executable: [/bin/echo]
    rules: ['with relay == "fra-2" deny', allow]
`;

/** The API with relays `fra-1`, `fra-2`, … that the test plays, and a bundle whose commands run on all of them. */
export async function openFleet(serverUrl: string, count: number) {
  // Nobody is called away because the machine is busy.
  const timing = { suspectAfterMs: 600_000, offlineAfterMs: 600_000, startWithinMs: 600_000 };
  const world = await apiWorld(serverUrl, { timing });
  const relays: Awaited<ReturnType<ApiWorld['relay']>>[] = [];
  for (let n = 1; n <= count; n++) relays.push(await world.relay(`fra-${n}`, ['dc=fra']));
  const installed = await world.call('POST', '/bundles', { source: ops, enable: true });
  if (installed.status !== 201) throw new Error(installed.text);
  return {
    world,
    relays,
    /** Of each execution of an order's run, in the order of its targets. */
    states: async ({ runId }: Order): Promise<string[]> => {
      const { body } = await world.call('GET', `/runs/${runId}`);
      const { executions } = body as { executions: { status: string }[] };
      return executions.map(({ status }) => status);
    },
    /** Waits until the next wave of an order's run has its time. */
    pauses: ({ runId }: Order) =>
      until(async () => {
        const waiting = `select from executions where run_id = $1 and state = 'waiting' and not_before is not null`;
        return (await world.dataSource.query<unknown[]>(waiting, [runId])).length > 0;
      }),
    /** Another instance on the same database and broker. */
    anotherApi: () =>
      startApi(
        {
          config: configWith(),
          dataSource: world.dataSource,
          transport: world.transport,
          logger: createLogger({ service: 'api', level: 'silent' }),
          metrics: async () => ({ contentType: 'text/plain', text: '' }),
        },
        { listen: false },
      ),
    run: async (id: string) => (await world.call('GET', `/runs/${id}`)).body,
    /** The last reply of such a mark to what was said. */
    reply: (id: string, mark: string) =>
      until(() => world.replies.findLast((one) => one.inReplyTo === id && one.mark === mark)),
    /** Says a line; `orders(n)` are those it gives relay n, from 1. */
    said: async (line: string) => {
      const before = relays.map(({ orders }) => orders.length);
      const id = await world.say(line);
      const orders = (n: number): Order[] => relays[n - 1]!.orders.slice(before[n - 1]);
      return { id, orders, order: (n: number) => until(() => orders(n)[0]) };
    },
    /** Relay n reports the end of an order. */
    ends: (n: number, order: Order, text: string, exitCode = 0, more: Partial<Finished> = {}) =>
      relays[n - 1]!.finish(order, {
        outcome: { kind: 'exited', exitCode },
        chunks: text === '' ? [] : [{ seq: 0, stream: 'stdout', text }],
        outputBytes: Buffer.byteLength(text),
        ...more,
      }),
    [Symbol.asyncDispose]: () => world[Symbol.asyncDispose](),
  };
}
export type Fleet = Awaited<ReturnType<typeof openFleet>>;

/** The first table of a reply, a row per relay, as text. */
export function rowsOf({ blocks }: { readonly blocks: readonly object[] }): string[] {
  const table = blocks.find((block): block is { rows: string[][] } => 'rows' in block);
  return (table?.rows ?? []).map(([relay, state, , exitCode, said]) =>
    [relay, state, exitCode, said].filter((cell) => cell !== '').join(' '),
  );
}
