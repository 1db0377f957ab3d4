import { topics, ToRelay, type Order } from '@chasqui/contracts';
import { keysOf, makeRelayToken, open, readRelayToken } from '@chasqui/sealing';
import { apiWorld, until } from '../api-world.fixture.js';
import { RelayBoard } from '../relays/board.service.js';
import { Relays } from '../relays/relays.service.js';

const ops = `
chasqui_bundle_version: 1
name: ops
version: 1.0.0
description: For lines on very many relays
commands:
  name: { description: Says its name, effect: write, executable: [/bin/hostname], rules: [allow] }
  facts: { description: Says what it is, effect: read, output: ndjson, executable: [/bin/echo], rules: [allow] }
`;

/** The API with so many relays `sim-0001`, `sim-0002`, … that are up and do nothing: the test reads their orders and ends them. */
export async function openCrowd(serverUrl: string, count: number) {
  // Nobody is called away because the machine is busy, and nobody calls in.
  const timing = { suspectAfterMs: 3_600_000, offlineAfterMs: 3_600_000, startWithinMs: 3_600_000 };
  const world = await apiWorld(serverUrl, { timing });
  const names = Array.from({ length: count }, (_, at) => `sim-${String(at + 1).padStart(4, '0')}`);
  const tokens = names.map(makeRelayToken);
  await world.api.get(Relays).enrolAll(tokens.map((token) => ({ token, tags: ['dc=sim'] })));
  const orders: Order[] = [];
  for (const token of tokens) {
    const { relay, secret } = readRelayToken(token)!;
    const keys = await keysOf(relay, secret);
    await world.transport.subscribe(
      { topic: topics.relayOrders, params: { relay }, group: `relay-${relay}` },
      async (_, sealed) => {
        const message = ToRelay.parse(open(sealed, relay, 'to-relay', keys.orders));
        if (message.kind === 'order') orders.push(message);
      },
    );
    world.api.get(RelayBoard).heard(heartbeatOf(relay), Date.now());
  }
  const installed = await world.call('POST', '/bundles', { source: ops, enable: true });
  if (installed.status !== 201) throw new Error(installed.text);
  return {
    world,
    names,
    orders,
    /** Says a line; `orders(n)` waits for the first n that come of it. */
    said: async (line: string) => {
      const before = orders.length;
      const id = await world.say(line);
      return {
        id,
        orders: (most: number): Promise<readonly Order[]> =>
          until(() => orders.length >= before + most && orders.slice(before, before + most)),
        reply: (mark: string) =>
          until(() => world.replies.findLast((one) => one.inReplyTo === id && one.mark === mark)),
      };
    },
    /** A relay reports the end of an order, with this standard output. */
    ends: (order: Order, text: string, exitCode = 0) => world.take(order, text, exitCode),
    [Symbol.asyncDispose]: () => world[Symbol.asyncDispose](),
  };
}
export type Crowd = Awaited<ReturnType<typeof openCrowd>>;

function heartbeatOf(relay: string) {
  const at = Date.now();
  return {
    kind: 'heartbeat' as const,
    relay,
    instance: 'simulated',
    version: '0',
    startedAt: at,
    sentAt: at,
    at,
    tags: [],
    drivers: ['process' as const],
    platform: 'linux/amd64',
    inFlight: 0,
    slots: 8,
    draining: false,
  };
}
