import type { Consumer } from '../deliver.js';
import type { Contact } from '../contact.js';
import { Turns } from '../lanes.js';
import { Partition } from '../partition.js';
import { pause } from '../pause.js';
import type { NatsClient } from './nats-client.js';
import { readPartition } from './read-partition.js';
import { streamOf } from './streams.js';

/** A group of this process alone that begins at the end: what is on the stream from now on, all partitions as one, and nobody keeps its place. */
export class NatsTail {
  readonly started: Promise<void>;
  readonly #stopping = new AbortController();
  readonly #partition: Partition;
  readonly #running: Promise<void>;
  #start!: () => void;

  constructor(
    private readonly client: () => Promise<NatsClient>,
    private readonly contact: Contact,
    private readonly options: { readonly name: string; readonly topic: string; readonly consumer: Consumer },
  ) {
    this.started = new Promise((resolve) => (this.#start = resolve));
    this.#partition = new Partition(options.consumer, new Turns(64), () => undefined);
    this.#running = this.#run();
  }

  connected(): boolean {
    return this.contact.good;
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#partition.stop();
    await this.#running;
    this.#start();
  }

  async #run(): Promise<void> {
    const { signal } = this.#stopping;
    let from: number | undefined;
    for (let failures = 0; !signal.aborted; failures++) {
      try {
        const client = await this.client();
        from ??= (await client.manager.streams.info(streamOf(this.options.topic))).state.last_seq + 1;
        this.#start();
        const reading = { name: this.options.topic, topic: this.options.name, from };
        await readPartition(client, reading, this.#partition, signal);
      } catch (error) {
        this.contact.failed((error as Error).message);
      }
      // What was begun is not begun again, and what came meanwhile is not missed.
      from = this.#partition.ledger.next ?? from;
      await pause(Math.min(50 * 2 ** failures, 2000), signal);
    }
  }
}
