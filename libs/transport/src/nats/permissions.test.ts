import { readFileSync } from 'node:fs';
import { topics } from '@chasqui/contracts';
import { startNats, type NatsServer } from '@chasqui/testbed';
import { whenOwnNats } from '@chasqui/testbed/when';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { outgoing } from '../outgoing.js';
import { silentLog } from '../silent-log.fixture.js';
import type { Transport } from '../transport.js';
import { connectNats } from './connect-nats.js';

const guide = readFileSync(new URL('../../../../docs/guide/transports.md', import.meta.url), 'utf8');
const forRelay = /--nats\n(permissions: [\s\S]*?)```/.exec(guide)![1]!;
const sealed = 'aaaa..bbbb.cccc.dddd';

whenOwnNats('a relay with the permissions of the guide', () => {
  let nats: NatsServer;
  let api: Transport;
  let relay: Transport;
  let byHand: NatsConnection;
  beforeAll(async () => {
    nats = await startNats(`authorization { users: [
      { user: api, password: a }
      { user: fra-1, password: f, ${forRelay} }
    ] }`);
    api = await connectNats({
      servers: [nats.server],
      user: { name: 'api', password: 'a' },
      clientId: 'chasqui-api',
      log: silentLog,
    });
    const orders = (relay: string) => ({ topic: topics.relayOrders, params: { relay } });
    await api.prepare([
      orders('fra-1'),
      orders('ams-1'),
      { topic: topics.relayReports },
      { topic: topics.relayHeartbeats },
    ]);
    const user = { name: 'fra-1', password: 'f' };
    relay = await connectNats({
      servers: [nats.server],
      user,
      clientId: 'chasqui-relay-fra-1',
      log: silentLog,
    });
    byHand = await connect({
      servers: nats.server,
      user: user.name,
      pass: user.password,
      inboxPrefix: '_INBOX.chasqui-relay-fra-1',
    });
  });
  afterAll(async () => {
    await byHand?.close();
    await Promise.all([relay, api].map((transport) => transport?.close()));
    await nats?.stop();
  });

  it('reads its own orders, and reports', async () => {
    const ordered: string[] = [];
    const reported: string[] = [];
    await relay.subscribe(
      { topic: topics.relayOrders, params: { relay: 'fra-1' }, group: 'relay' },
      async (message) => void ordered.push(message.key),
    );
    await api.subscribe(
      { topic: topics.relayReports, group: 'api' },
      async ({ key }) => void reported.push(key),
    );
    await api.publish(outgoing(topics.relayOrders, { relay: 'fra-1' }, 'one', sealed));
    await vi.waitFor(() => expect(ordered).toEqual(['one']), { timeout: 10_000 });
    await relay.publish(
      outgoing(topics.relayReports, {}, 'one', sealed),
      outgoing(topics.relayHeartbeats, {}, 'fra-1', sealed),
    );
    await vi.waitFor(() => expect(reported).toEqual(['one']), { timeout: 10_000 });
  });

  it('reads nobody else’s, whichever way it asks', async () => {
    const manager = await jetstreamManager(byHand, { checkAPI: false, timeout: 1_000 });
    const refused = /permission|timeout|violation/i;
    await expect(manager.streams.info('relay_ams-1_orders')).rejects.toThrow(refused);
    await expect(manager.streams.getMessage('relay_ams-1_orders', { seq: 1 })).rejects.toThrow(refused);
    await expect(manager.consumers.add('relay_ams-1_orders', { durable_name: 'spy' })).rejects.toThrow(
      refused,
    );
    await expect(jetstream(byHand).consumers.get('relay_reports', 'api')).rejects.toThrow(refused);
    await expect(manager.streams.purge('relay_fra-1_orders')).rejects.toThrow(refused);
    for (const subject of ['relay.ams-1.orders.>', 'relay.reports.>', '_INBOX.chasqui-api.>', '>'])
      await expect(heardOf(subject)).resolves.toMatch(refused);
  });

  it('orders nothing, neither from others nor from itself', async () => {
    const js = jetstream(byHand, { timeout: 1_000 });
    for (const subject of ['relay.ams-1.orders.p0', 'relay.fra-1.orders.p0', 'chat.messages.p0'])
      await expect(js.publish(subject, '{}')).rejects.toThrow(/permission|timeout|violation/i);
  });

  /** What the server says to listening there. */
  async function heardOf(subject: string): Promise<string> {
    return new Promise((resolve) => {
      byHand.subscribe(subject, { callback: (error) => resolve(String(error)) });
    });
  }
});
