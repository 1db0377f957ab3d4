import { readFileSync } from 'node:fs';
import { topics, ToRelay, type Finished, type Heartbeat, type Order, type Started } from '@chasqui/contracts';
import { keysOf, open, readRelayToken, seal, type RelayKeys } from '@chasqui/sealing';
import { connectKafka, outgoing, topicName } from '@chasqui/transport';
import { Kafka } from 'kafkajs';
import { now, type Mark } from './marks.js';

/*
 * So many relays in one process, as far as the API can tell: each with its own token, its own topic of orders and a heartbeat every five
 * seconds. They run nothing; a command takes as long as they are told. What they do not show is what reading costs the broker, for one
 * consumer reads all topics: `idle-consumers.ts` measures that.
 *
 * Environment: BROKERS, TOKENS (a file, a token a line).
 */
const brokers = process.env['BROKERS']!.split(',');
const tokens = readFileSync(process.env['TOKENS']!, 'utf8').trim().split('\n');
const heartbeatMs = 5_000;
const askAgainMs = 60_000;

interface SimulatedRelay {
  readonly name: string;
  readonly keys: RelayKeys;
  inFlight: number;
  askedAt: number;
}

const relays = new Map<string, SimulatedRelay>();
for (const token of tokens) {
  const { relay: name, secret } = readRelayToken(token)!;
  // They ask for a welcome at different times, as those do that were started at different times.
  const askedAt = Date.now() - Math.random() * askAgainMs;
  relays.set(name, { name, keys: await keysOf(name, secret), inFlight: 0, askedAt });
}

const transport = await connectKafka({ brokers, clientId: 'bench-relays' });
await transport.prepare([
  ...[...relays.keys()].map((relay) => ({ topic: topics.relayOrders, params: { relay } })),
  { topic: topics.relayHeartbeats },
  { topic: topics.relayReports },
]);

const journaled = new Set<string>();
let takesMs = 0;
let marks: Mark[] = [];
process.on('message', (told: { takesMs: number }) => (takesMs = told.takesMs));
setInterval(() => {
  if (marks.length > 0) process.send!(marks);
  marks = [];
}, 50);

await readOrders();
beatForEver();
process.stdout.write(`${relays.size} relays\n`);

/** One consumer for all of them: a thousand would take more of this machine than everything that is measured. */
async function readOrders(): Promise<void> {
  const consumer = new Kafka({ brokers, clientId: 'bench-orders', logLevel: 1 }).consumer({
    groupId: 'bench-relays',
    maxWaitTimeInMs: 100,
    allowAutoTopicCreation: false,
  });
  await consumer.connect();
  const names = new Map(
    [...relays.values()].map((one) => [topicName(topics.relayOrders, { relay: one.name }), one]),
  );
  await consumer.subscribe({ topics: [...names.keys()] });
  const joined = new Promise((resolve) => consumer.on(consumer.events.GROUP_JOIN, resolve));
  await consumer.run({
    partitionsConsumedConcurrently: 50,
    eachMessage: async ({ topic, message }) => take(names.get(topic)!, message.value!.toString()),
  });
  await joined;
}

async function take(relay: SimulatedRelay, value: string): Promise<void> {
  const sealed = value.startsWith('"') ? (JSON.parse(value) as string) : value;
  const message = ToRelay.parse(open(sealed, relay.name, 'to-relay', relay.keys.orders));
  // As a relay's journal does, because what comes may come again.
  if (message.kind !== 'order' || journaled.has(message.executionId)) return;
  journaled.add(message.executionId);
  const handedAt = now();
  relay.inFlight += 1;
  // Reading goes on meanwhile, as it does in a relay.
  void work(relay, message, handedAt).catch((error: unknown) => process.stderr.write(`${String(error)}\n`));
}

async function work(relay: SimulatedRelay, order: Order, handedAt: number): Promise<void> {
  if (takesMs > 0) {
    await report(relay, startedOf(order, handedAt));
    await new Promise((resolve) => setTimeout(resolve, takesMs));
  }
  await end(relay, order, handedAt);
}

async function end(relay: SimulatedRelay, order: Order, handedAt: number): Promise<void> {
  relay.inFlight -= 1;
  const finishedAt = now();
  marks.push({ runId: order.runId, handedAt, finishedAt });
  await report(relay, finishedOf(order, handedAt, finishedAt));
}

function startedOf({ relay, runId, executionId, attempt }: Order, at: number): Started {
  return { kind: 'started', relay, runId, executionId, attempt, at: Math.floor(at) };
}

function finishedOf({ relay, runId, executionId, attempt }: Order, since: number, at: number): Finished {
  return {
    kind: 'finished',
    relay,
    runId,
    executionId,
    attempt,
    at: Math.floor(at),
    epoch: 0,
    outcome: { kind: 'exited', exitCode: 0 },
    chunks: [{ seq: 0, stream: 'stdout', text: 'done\n' }],
    outputBytes: 5,
    droppedBytes: 0,
    durationMs: Math.floor(at - since),
  };
}

async function report({ name, keys }: SimulatedRelay, said: Started | Finished): Promise<void> {
  const sealed = seal(said, name, 'from-relay', keys.reports);
  await transport.publish(outgoing(topics.relayReports, {}, said.executionId, sealed));
}

/** Spread over the five seconds, as those of a thousand machines are; what is due in a twentieth of a second goes together. */
function beatForEver(): void {
  const all = [...relays.values()];
  const sliceMs = 50;
  let at = 0;
  let due = 0;
  setInterval(() => {
    due += (all.length * sliceMs) / heartbeatMs;
    const beating: SimulatedRelay[] = [];
    for (; due >= 1; due--) beating.push(all[at++ % all.length]!);
    void beat(beating).catch((error: unknown) => process.stderr.write(`${String(error)}\n`));
  }, sliceMs);
}

async function beat(beating: readonly SimulatedRelay[]): Promise<void> {
  if (beating.length === 0) return;
  const sealed = beating.map((relay) => {
    const text = seal(heartbeatOf(relay), relay.name, 'from-relay', relay.keys.reports);
    return outgoing(topics.relayHeartbeats, {}, relay.name, text);
  });
  await transport.publish(...sealed);
}

function heartbeatOf(relay: SimulatedRelay): Heartbeat {
  const at = Date.now();
  const asks = at - relay.askedAt > askAgainMs;
  if (asks) relay.askedAt = at;
  return {
    kind: 'heartbeat',
    relay: relay.name,
    instance: 'simulated',
    version: '0.1.0',
    startedAt: at,
    sentAt: at,
    at,
    ...(asks && { nonce: crypto.randomUUID() }),
    tags: ['os=linux'],
    drivers: ['process'],
    platform: 'linux/amd64',
    inFlight: relay.inFlight,
    slots: 8,
    draining: false,
    clockOffsetMs: 0,
  };
}
