import { topics } from '@chasqui/contracts';
import { startKafka, type KafkaBroker } from '@chasqui/testbed';
import { whenOwnKafka } from '@chasqui/testbed/when';
import {
  AclOperationTypes,
  AclPermissionTypes,
  AclResourceTypes,
  Kafka,
  logLevel,
  ResourcePatternTypes,
} from 'kafkajs';
import { afterAll, afterEach, beforeAll, expect, it, vi } from 'vitest';
import { outgoing } from '../outgoing.js';
import { silentLog } from '../silent-log.fixture.js';
import type { Transport } from '../transport.js';
import type { TransportLog } from '../transport-log.js';
import { connectKafka } from './connect-kafka.js';
import { aclsOfGuide } from './guide-acls.fixture.js';

const relay = 'chasqui-relay-fra-1';
const adapter = 'chasqui-adapter-slack';
const api = 'chasqui-api';
const sealed = 'aaaa..bbbb.cccc.dddd';
const ordersOf = (name: string) => ({ topic: topics.relayOrders, params: { relay: name } });
const own = 'relay.fra-1.orders';
/** kafkajs does not say why the broker will not tell it about a group. */
const denied = /not authorized|authorization failed|failed to find group coordinator/i;
const ownGroup = `relay.fra-1.${own}`;

whenOwnKafka('Kafka with the ACLs of the guide', () => {
  let kafka: KafkaBroker;
  const open: Transport[] = [];
  const userOf = (username: string) => ({
    mechanism: 'scram-sha-512' as const,
    username,
    password: `${username}-password`,
  });
  const as = async (username: string, log: TransportLog = silentLog) => {
    const transport = await connectKafka({ brokers: [kafka.brokers], sasl: userOf(username), log });
    open.push(transport);
    return transport;
  };
  /** kafkajs itself, which asks for whatever it is told to. */
  const by = (username: string) =>
    new Kafka({
      brokers: [kafka.brokers],
      sasl: userOf(username),
      logLevel: logLevel.NOTHING,
      retry: { retries: 3, initialRetryTime: 50 },
    });

  beforeAll(async () => {
    const users = ['admin', api, adapter, relay].map((name) => userOf(name));
    kafka = await startKafka({ scram: users, administrator: 'admin' });
    const admin = by('admin').admin();
    await admin.connect();
    expect(await admin.createAcls({ acl: aclsOfGuide() })).toBe(true);
    await admin.disconnect();
  }, 120_000);
  afterEach(() => Promise.all(open.splice(0).map((transport) => transport.close())));
  afterAll(() => kafka?.stop());

  it('has a relay wait until its topics are there, and say so once', async () => {
    const said: { topics?: string[]; text: string }[] = [];
    const note = (facts: object, text: string) => void said.push({ ...facts, text });
    const waiting = await as(relay, { info: note, warn: note, error: note });
    const prepared = waiting.prepare([ordersOf('fra-1'), { topic: topics.relayReports }]);
    const waits = expect.stringMatching(/^waiting for topics .*`chasqui acl`/) as string;
    await vi.waitFor(() => expect(said.length).toBe(1), { timeout: 20_000 });
    expect(said).toEqual([{ topics: ['dead-letters', own, 'relay.reports'], text: waits }]);
    const maker = await as(api);
    await maker.prepare([
      ordersOf('fra-1'),
      ordersOf('ams-1'),
      { topic: topics.chatReplies, params: { adapter: 'slack' } },
      ...[topics.chatMessages, topics.relayReports, topics.relayHeartbeats].map((topic) => ({ topic })),
    ]);
    await prepared;
    expect(said.slice(1).map(({ text }) => text)).toEqual(['the topics are there now']);
    expect(waiting.connected()).toBe(true);
  });

  it('carries orders to a relay, reports to the API, and replies to an adapter', async () => {
    const [atApi, atRelay, atAdapter] = [await as(api), await as(relay), await as(adapter)];
    const heard: string[] = [];
    const hear = (who: string) => async (message: { topic: string }) =>
      void heard.push(`${who}: ${message.topic}`);
    await atRelay.subscribe({ ...ordersOf('fra-1'), group: 'relay.fra-1' }, hear('relay'));
    await atApi.subscribe({ topic: topics.relayReports, group: 'api' }, hear('api'));
    await atApi.subscribe({ topic: topics.chatMessages, group: 'api' }, hear('api'));
    await atApi.subscribe({ topic: topics.relayHeartbeats, group: 'api.one', from: 'end' }, hear('api'));
    const slack = { adapter: 'slack' };
    await atAdapter.subscribe(
      { topic: topics.chatReplies, params: slack, group: 'chat-slack' },
      hear('adapter'),
    );
    await atApi.publish(
      outgoing(topics.relayOrders, { relay: 'fra-1' }, 'e', sealed),
      outgoing(topics.chatReplies, slack, 'r', sealed),
    );
    await atRelay.publish(
      outgoing(topics.relayReports, {}, 'e', sealed),
      outgoing(topics.relayHeartbeats, {}, 'fra-1', sealed),
    );
    await atAdapter.publish(outgoing(topics.chatMessages, {}, 'm', sealed));
    await vi.waitFor(
      () =>
        expect(heard.toSorted()).toEqual([
          'adapter: chat.replies.slack',
          'api: chat.messages',
          'api: relay.heartbeats',
          'api: relay.reports',
          `relay: ${own}`,
        ]),
      { timeout: 30_000 },
    );
  });

  it.each([
    [relay, 'relay.ams-1.orders', ownGroup],
    [relay, 'relay.reports', ownGroup],
    [relay, 'relay.heartbeats', ownGroup],
    [relay, 'chat.messages', ownGroup],
    [relay, 'dead-letters', ownGroup],
    [relay, own, 'relay.ams-1.relay.ams-1.orders'],
    [relay, own, 'api.relay.reports'],
    [adapter, 'relay.fra-1.orders', 'chat-slack.chat.replies.slack'],
    [adapter, 'chat.messages', 'chat-slack.chat.replies.slack'],
    [api, 'dead-letters', 'api.x'],
    [api, own, 'api.x'],
  ])('does not let %s read %s in the group %s', async (user, topic, groupId) => {
    const consumer = by(user).consumer({
      groupId,
      retry: { retries: 0, restartOnFailure: async () => false },
    });
    const crashed = new Promise<Error>((resolve) =>
      consumer.on(consumer.events.CRASH, ({ payload }) => resolve(payload.error)),
    );
    const heard: string[] = [];
    const reading = (async () => {
      await consumer.connect();
      await consumer.subscribe({ topics: [topic], fromBeginning: true });
      await consumer.run({ eachMessage: async (message) => void heard.push(message.topic) });
      return crashed;
    })().catch((error: Error) => error);
    expect((await reading).message).toMatch(denied);
    await consumer.disconnect();
    expect(heard).toEqual([]);
  });

  it.each([
    [relay, 'relay.ams-1.orders'],
    [relay, own],
    [relay, 'chat.messages'],
    [relay, 'chat.replies.slack'],
    [adapter, own],
    [adapter, 'relay.reports'],
    [adapter, 'chat.replies.slack'],
    [api, 'chat.messages'],
  ])('does not let %s write %s', async (user, topic) => {
    const producer = by(user).producer();
    await producer.connect();
    const sent = producer.send({ topic, messages: [{ key: 'k', value: sealed }] });
    await expect(sent).rejects.toThrow(denied);
    await producer.disconnect();
  });

  it.each([relay, adapter, api])('does not let %s look after the cluster', async (user) => {
    const admin = by(user).admin();
    await admin.connect();
    const forbidden = { errors: [{ type: 'TOPIC_AUTHORIZATION_FAILED' }] };
    await expect(admin.createTopics({ topics: [{ topic: 'of.my.own' }] })).rejects.toMatchObject(forbidden);
    await expect(admin.deleteTopics({ topics: [own] })).rejects.toThrow(denied);
    const everything = {
      resourceType: AclResourceTypes.TOPIC,
      resourceName: '*',
      resourcePatternType: ResourcePatternTypes.LITERAL,
      principal: `User:${user}`,
      host: '*',
      operation: AclOperationTypes.ALL,
      permissionType: AclPermissionTypes.ALLOW,
    };
    await expect(admin.createAcls({ acl: [everything] })).rejects.toThrow(denied);
    await admin.disconnect();
  });
});
