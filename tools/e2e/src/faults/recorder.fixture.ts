import { topics, type Topic } from '@chasqui/contracts';
import { connectKafka, type Outgoing, type Transport } from '@chasqui/transport';
import type { Random } from './random.fixture.js';

const silent = { info: () => undefined, warn: () => undefined, error: () => undefined };
const keptAtMost = 400;
const group = { group: 'somebody-who-reads-along', from: 'end' } as const;

/** Somebody who reads along on every topic, and can bring again what stood there: sealed, and so as it was. */
export class Recorder {
  #heard: Outgoing[] = [];
  /** What nobody could read or handle. */
  readonly parked: string[] = [];
  readonly #beats = new Map<string, { lastAt: number; longestMs: number }>();

  private constructor(private readonly transport: Transport) {}

  static async open(brokers: readonly string[], relays: readonly string[]): Promise<Recorder> {
    // Brokers that were killed may take long to come back on a busy machine, and what is to be brought again waits for them.
    const transport = await connectKafka({ brokers, log: silent, publishTimeoutMs: 120_000 });
    const recorder = new Recorder(transport);
    const { chatMessages, chatReplies, relayReports, relayHeartbeats, relayOrders } = topics;
    const read: [Topic, Record<string, string>][] = [
      [chatMessages, {}],
      [chatReplies, { adapter: 'chat' }],
      [relayReports, {}],
      [relayHeartbeats, {}],
      ...relays.map((relay): [Topic, Record<string, string>] => [relayOrders, { relay }]),
    ];
    await Promise.all(
      read.map(([topic, params]) =>
        recorder.transport.subscribe({ topic, params, ...group }, async (message) => recorder.#hear(message)),
      ),
    );
    await recorder.transport.subscribe({ topic: topics.deadLetters, ...group }, async (_, letter) => {
      recorder.parked.push(`${letter.reason} on ${letter.topic}: ${letter.detail}`);
    });
    return recorder;
  }

  /** Brings again so many of the last ones, in any order. */
  async bringAgain(many: number, random: Random): Promise<void> {
    await this.transport.publish(...random.some(many, this.#heard));
  }

  /** The longest time since this was asked before in which nothing was heard of a relay, in milliseconds. */
  longestSilence(relay: string): number {
    const { lastAt, longestMs } = this.#beats.get(relay) ?? { lastAt: 0, longestMs: 0 };
    this.#beats.set(relay, { lastAt, longestMs: 0 });
    return Math.max(longestMs, Date.now() - lastAt);
  }

  close(): Promise<void> {
    return this.transport.close();
  }

  #hear({ topic, key, headers, value }: Outgoing): void {
    const isNew = !this.#heard.some((one) => one.value === value);
    if (topic === topics.relayHeartbeats.name && isNew) this.#beat(key);
    this.#heard.push({ topic, key, headers, value });
    if (this.#heard.length > keptAtMost) this.#heard = this.#heard.slice(-keptAtMost / 2);
  }

  #beat(relay: string): void {
    const now = Date.now();
    const { lastAt, longestMs } = this.#beats.get(relay) ?? { lastAt: now, longestMs: 0 };
    this.#beats.set(relay, { lastAt: now, longestMs: Math.max(longestMs, now - lastAt) });
  }
}
