import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Heartbeat, Report, topics, type DeadLetter, type Order, type ToRelay } from '@chasqui/contracts';
import { keysOf, makeRelayToken, open, readRelayToken, seal, type RelayKeys } from '@chasqui/sealing';
import { createLogger } from '@chasqui/telemetry';
import { MemoryTransport, outgoing, type Transport } from '@chasqui/transport';
import type { RelayConfig } from './config.js';
import { orderOf } from './orders/order.fixture.js';
import { defaultPolicy } from './policy.js';
import { startRelay, type RunningRelay } from './start-relay.js';

/** The API as a relay knows it: somebody who answers heartbeats, sends orders and hears reports. */
export class ApiDouble {
  readonly reports: Report[] = [];
  readonly heartbeats: Heartbeat[] = [];
  readonly deadLetters: DeadLetter[] = [];
  /** Whether heartbeats are answered. */
  answers = true;
  /** How much this API's clock is ahead. */
  clockAhead = 0;
  private readonly watchers = new Set<() => void>();

  private constructor(
    readonly transport: Transport,
    readonly relay: string,
    readonly keys: RelayKeys,
  ) {}

  static async listen(transport: Transport, token: string): Promise<ApiDouble> {
    const { relay, secret } = readRelayToken(token)!;
    const api = new ApiDouble(transport, relay, await keysOf(relay, secret));
    const group = `api-${randomUUID()}`;
    await transport.prepare([
      { topic: topics.relayReports },
      { topic: topics.relayHeartbeats },
      { topic: topics.relayOrders, params: { relay } },
    ]);
    await transport.subscribe({ topic: topics.relayReports, group }, async (_, sealed) => {
      api.reports.push(Report.parse(open(sealed, relay, 'from-relay', api.keys.reports)));
      api.tell();
    });
    await transport.subscribe({ topic: topics.relayHeartbeats, group, from: 'end' }, async (_, sealed) => {
      const heartbeat = Heartbeat.parse(open(sealed, relay, 'from-relay', api.keys.reports));
      api.heartbeats.push(heartbeat);
      api.tell();
      if (heartbeat.nonce && api.answers)
        await api.send({
          kind: 'welcome',
          relay,
          nonce: heartbeat.nonce,
          apiTime: Date.now() + api.clockAhead,
        });
    });
    await transport.subscribe({ topic: topics.deadLetters, group }, async (_, letter) => {
      api.deadLetters.push(letter);
      api.tell();
    });
    return api;
  }

  send(
    message: ToRelay,
    key: string = message.kind === 'welcome' ? message.relay : message.executionId,
  ): Promise<void> {
    return this.sendSealed(seal(message, this.relay, 'to-relay', this.keys.orders), key);
  }

  /** The same, sealed with another token of this relay's. */
  async sendWith(token: string, message: ToRelay): Promise<void> {
    const keys = await keysOf(this.relay, readRelayToken(token)!.secret);
    await this.sendSealed(seal(message, this.relay, 'to-relay', keys.orders));
  }

  sendSealed(sealed: string, key = 'key'): Promise<void> {
    return this.transport.publish(outgoing(topics.relayOrders, { relay: this.relay }, key, sealed));
  }

  /** Sends an order and gives all that was reported of it, once it is over. */
  async ask(over: Partial<Order>): Promise<Report[]> {
    const order = orderOf({ relay: this.relay, ...over });
    await this.send(order);
    return this.endOf(order);
  }

  async endOf({ executionId }: Order): Promise<Report[]> {
    await this.until(() =>
      this.reports.some(
        (r) => r.executionId === executionId && (r.kind === 'finished' || r.kind === 'refused'),
      ),
    );
    return this.of(executionId);
  }

  of(executionId: string): Report[] {
    return this.reports.filter((report) => report.executionId === executionId);
  }

  /** Resolves once it holds; looked at whenever something was heard. */
  until(holds: () => boolean): Promise<void> {
    return new Promise((resolve) => {
      const look = () => {
        if (!holds()) return;
        this.watchers.delete(look);
        resolve();
      };
      this.watchers.add(look);
      look();
    });
  }

  private tell(): void {
    for (const look of this.watchers) look();
  }
}

/** A relay as it is deployed, in Nest, with its policy allowing a shell. */
export class RelayWorld {
  readonly token = makeRelayToken('fra-1');
  readonly transport = new MemoryTransport({ log: createLogger({ service: 'test', level: 'silent' }) });
  readonly folder = mkdtempSync(join(tmpdir(), 'chasqui-relay-'));
  readonly lines: Record<string, unknown>[] = [];
  api!: ApiDouble;
  private running: RunningRelay | undefined;
  /** As a transport does whose broker was away. */
  brokerIsBack = (): void => undefined;

  private constructor() {
    this.transport.whenBack = (tell: () => void) => void (this.brokerIsBack = tell);
  }

  static async open(
    over: Partial<RelayConfig> = {},
    api: Partial<Pick<ApiDouble, 'answers' | 'clockAhead'>> = {},
  ): Promise<RelayWorld> {
    const world = new RelayWorld();
    world.api = Object.assign(await ApiDouble.listen(world.transport, world.token), api);
    await world.start(over);
    return world;
  }

  async start(over: Partial<RelayConfig> = {}): Promise<void> {
    const { relay: name, secret } = readRelayToken(this.token)!;
    const config: RelayConfig = {
      name,
      secret,
      tags: ['dc=fra'],
      slots: 4,
      stateFolder: this.folder,
      policy: { ...defaultPolicy, executables: ['/bin/sh', '/usr/bin/printf'] },
      drivers: ['process'],
      dockerHost: 'unix:///nowhere',
      graceMs: 5000,
      heartbeatMs: 50,
      ...over,
    };
    const write = (line: string) => void this.lines.push(JSON.parse(line) as Record<string, unknown>);
    const logger = createLogger({ service: 'relay', level: 'debug', destination: { write } });
    this.running = await startRelay(config, { transport: this.transport, logger });
  }

  /** As SIGTERM would. */
  async stop(): Promise<void> {
    await this.running?.stop();
    this.running = undefined;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
    await this.transport.close();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** An order for a shell script. */
export function script(text: string, over: Partial<Order> = {}): Partial<Order> {
  return { executable: ['/bin/sh', '-c', text], ...over };
}

/** What was reported, in its order. */
export const kinds = (reports: Report[]) => reports.map(({ kind }) => kind);

/** The end of what was reported. */
export const last = (reports: Report[]) => reports.at(-1);

/** All that was printed on a stream. */
export const printed = (reports: Report[], stream: string) =>
  reports
    .flatMap((report) => ('chunks' in report ? report.chunks : []))
    .filter((chunk) => chunk.stream === stream)
    .map(({ text, base64 }) => text ?? Buffer.from(base64!, 'base64').toString('latin1'))
    .join('');
