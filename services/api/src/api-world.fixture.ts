import 'reflect-metadata';
import {
  ChatReply,
  topics,
  ToRelay,
  type Cancel,
  type Finished,
  type Heartbeat,
  type Order,
  type Report,
} from '@chasqui/contracts';
import {
  adapterKeysOf,
  keysOf,
  makeAdapterToken,
  open,
  readAdapterToken,
  readRelayToken,
  seal,
} from '@chasqui/sealing';
import { createLogger } from '@chasqui/telemetry';
import { freshDatabase } from '@chasqui/testbed';
import { MemoryTransport, outgoing } from '@chasqui/transport';
import type { ApiConfig, Timing } from './config.js';
import { openDatabase } from './database.js';
import { newId } from './ids.js';
import { Reports } from './runs/reports.service.js';
import { startApi } from './start-api.js';

export const adminToken = 'the-first-administrators-token-in-tests';

/** What the terminal of these tests speaks with. */
export const terminalToken = makeAdapterToken('terminal');
const terminal = await adapterKeysOf('terminal', readAdapterToken(terminalToken)!.secret);

/** A bundle of one command that everybody may run: `try:it`. */
export const tryBundle = `
chasqui_bundle_version: 1
name: try
version: 1.0.0
description: For trying things
permissions: [more]
commands:
  it: { description: Does it, executable: [/bin/echo], rules: [allow] }
  more: { description: Does more, executable: [/bin/echo], rules: [must have try:more] }
`;

/** The API on a real PostgreSQL and the in-memory transport, with an administrator, and relays played by the test. */
export async function apiWorld(
  serverUrl: string,
  options: {
    timing?: Partial<Timing>;
    listen?: boolean;
    config?: Partial<ApiConfig>;
    prepare?: boolean;
  } = {},
) {
  const fresh = await freshDatabase(serverUrl);
  const dataSource = await openDatabase({ url: fresh.url, connections: 8 }, () => undefined);
  const transport = new MemoryTransport();
  const config = { ...configWith(options.timing), ...options.config };
  const logger = createLogger({ service: 'api', level: 'silent' });
  const api = await startApi(
    { config, dataSource, transport, logger, metrics: async () => ({ contentType: 'text/plain', text: '' }) },
    { listen: options.listen ?? true },
  );
  const call = async (method: string, path: string, body?: unknown, token = adminToken) => {
    const response = await fetch(`${api.url}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${token}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    const text = await response.text();
    return { status: response.status, text, body: text.startsWith('{') ? JSON.parse(text) : undefined };
  };
  if (options.prepare !== false) await call('POST', '/bundles', { source: tryBundle, enable: true });
  const replies = await hearReplies(transport);
  return {
    api,
    transport,
    dataSource,
    call,
    replies,
    relay: (name: string, tags: string[] = []) => playRelay(name, tags, transport, call),
    say: (text: string, more: { id?: string; room?: string; sender?: string } = {}) =>
      say(transport, text, more),
    /** Reports that an order has ended, straight to this instance, which takes as many at once as come. */
    take: ({ relay, runId, executionId, attempt }: Order, text: string, exitCode = 0) =>
      api.get(Reports).take({
        kind: 'finished',
        relay,
        runId,
        executionId,
        attempt,
        at: Date.now(),
        epoch: 0,
        outcome: { kind: 'exited', exitCode },
        chunks: text === '' ? [] : [{ seq: 0, stream: 'stdout', text }],
        outputBytes: text.length,
        droppedBytes: 0,
        durationMs: 1,
      }),
    async [Symbol.asyncDispose]() {
      await api.stop();
      await transport.close();
      await dataSource.destroy();
      await fresh.drop();
    },
  };
}
export type ApiWorld = Awaited<ReturnType<typeof apiWorld>>;

/** Waits until `look` gives something, for at most twenty seconds; then says what it last gave. */
export async function until<T>(
  look: () => T | undefined | false | Promise<T | undefined | false>,
): Promise<T> {
  const deadline = Date.now() + 20_000;
  for (;;) {
    const found = await look();
    if (found) return found;
    if (Date.now() > deadline) throw new Error(`waited in vain for: ${String(look)}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

/** What the API of these tests is given. */
export function configWith(timing: Partial<Timing> = {}): ApiConfig {
  return {
    secretKey: Buffer.alloc(32, 7),
    administrator: { token: adminToken },
    http: { host: '127.0.0.1', port: 0 },
    timing: {
      takeWithinMs: 600_000,
      startWithinMs: 60_000,
      commandTimeoutMs: 60_000,
      suspectAfterMs: 15_000,
      offlineAfterMs: 45_000,
      ...timing,
    },
    trustedAdapters: ['terminal'],
    localAdapters: [terminalToken],
  };
}

async function hearReplies(transport: MemoryTransport): Promise<ChatReply[]> {
  const heard: ChatReply[] = [];
  const params = { adapter: 'terminal' };
  await transport.subscribe(
    { topic: topics.chatReplies, params, group: 'test' },
    async (_, sealed) =>
      void heard.push(ChatReply.parse(open(sealed, 'terminal', 'to-adapter', terminal.replies))),
  );
  return heard;
}

/** Somebody says something in the terminal, `admin` if nothing else is said. Answers the message's id. */
async function say(
  transport: MemoryTransport,
  text: string,
  { id = newId(), room = 'terminal', sender = 'admin' }: { id?: string; room?: string; sender?: string },
): Promise<string> {
  const message = {
    id,
    adapter: 'terminal',
    room: { id: room, direct: true },
    sender: { id: sender },
    addressed: 'direct' as const,
    text,
    saidAt: Date.now(),
  };
  const sealed = seal(message, 'terminal', 'from-adapter', terminal.messages);
  await transport.publish(outgoing(topics.chatMessages, {}, `terminal ${room}`, sealed));
  return id;
}

/** A relay that does nothing by itself: the test reads its orders and writes its reports. */
async function playRelay(
  name: string,
  tags: string[],
  transport: MemoryTransport,
  call: (method: string, path: string, body?: unknown) => Promise<{ body: { token: string } }>,
) {
  const { body } = await call('POST', '/relays', { name, tags });
  const keys = await keysOf(name, readRelayToken(body.token)!.secret);
  const orders: Order[] = [];
  const cancels: Cancel[] = [];
  const welcomes: string[] = [];
  await transport.subscribe(
    { topic: topics.relayOrders, params: { relay: name }, group: `relay-${name}` },
    async (_, sealed) => {
      const message = ToRelay.parse(open(sealed, name, 'to-relay', keys.orders));
      if (message.kind === 'order') orders.push(message);
      else if (message.kind === 'cancel') cancels.push(message);
      else welcomes.push(message.nonce);
    },
  );
  const heartbeat = async (more: Partial<Heartbeat> = {}) => {
    const beat: Heartbeat = {
      kind: 'heartbeat',
      relay: name,
      instance: 'i',
      version: '0',
      startedAt: 0,
      sentAt: Date.now(),
      nonce: newId(),
      at: Date.now(),
      tags: [],
      drivers: ['process'],
      platform: 'linux/amd64',
      inFlight: 0,
      slots: 8,
      draining: false,
      ...more,
    };
    const sealed = seal(beat, name, 'from-relay', keys.reports);
    await transport.publish(outgoing(topics.relayHeartbeats, {}, name, sealed));
    if (beat.nonce) await until(() => welcomes.includes(beat.nonce!));
  };
  await heartbeat();
  const reportFor = async (order: Order, report: Partial<Report> & { kind: Report['kind'] }, as = name) => {
    const whole = {
      relay: as,
      runId: order.runId,
      executionId: order.executionId,
      attempt: order.attempt,
      at: Date.now(),
      ...report,
    };
    const sealed = seal(whole, name, 'from-relay', keys.reports);
    await transport.publish(outgoing(topics.relayReports, {}, order.executionId, sealed));
  };
  return {
    name,
    token: body.token,
    orders,
    cancels,
    heartbeat,
    report: reportFor,
    order: (at = 0) => until(() => orders[at]),
    finish: (order: Order, more: Partial<Finished> = {}) =>
      reportFor(order, {
        kind: 'finished',
        epoch: 0,
        outcome: { kind: 'exited', exitCode: 0 },
        chunks: [{ seq: 0, stream: 'stdout', text: 'done' }],
        outputBytes: 4,
        droppedBytes: 0,
        durationMs: 1,
        ...more,
      }),
  };
}
