import { randomUUID } from 'node:crypto';
import type { Consumer } from '../deliver.js';
import { Commits } from '../commits.js';
import type { Contact } from '../contact.js';
import { Turns } from '../lanes.js';
import { Partition } from '../partition.js';
import { pause, within } from '../pause.js';
import { GroupBoard, type Noted } from './group-board.js';
import type { NatsClient } from './nats-client.js';
import { readPartition } from './read-partition.js';
import { bucketOf, streamOf, subjectOf } from './streams.js';

export interface NatsSubscriptionOptions {
  /** The topic's name, as handlers see it. */
  readonly name: string;
  /** Its name with the prefix. */
  readonly topic: string;
  readonly partitions: number;
  readonly replicas: number;
  readonly consumer: Consumer;
}

/** A partition that is ours: what is at work, and how the reading of it ends. */
interface Held {
  readonly partition: Partition;
  readonly reading: AbortController;
  /** It goes to another as soon as nobody is at work in it. */
  leaving?: Promise<void>;
}

const everyMs = 1_000;

/**
 * One membership in one group. JetStream keeps the messages; which member reads which partition and how far the group is, the members settle
 * among themselves on a board, so that keys stay in order whoever reads: a partition is handed over only when nobody is at work in it, and
 * what was not over comes again from there.
 */
export class NatsSubscription {
  readonly started: Promise<void>;
  readonly #member = randomUUID();
  readonly #held = new Map<number, Held>();
  readonly #turns = new Turns(64);
  readonly #stopping = new AbortController();
  readonly #commits = new Commits(() => this.#commit());
  readonly #running: Promise<void>;
  #board: GroupBoard | undefined;
  #start!: () => void;
  #wake: () => void = () => undefined;
  #settledAt = 0;

  constructor(
    private readonly client: () => Promise<NatsClient>,
    private readonly contact: Contact,
    private readonly options: NatsSubscriptionOptions,
  ) {
    this.started = new Promise((resolve) => (this.#start = resolve));
    this.#running = this.#run();
  }

  /** Whether the board could be written within the last ten seconds. */
  connected(): boolean {
    return Date.now() - this.#settledAt < 10_000;
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#stopHeld();
    this.#wake();
    await this.#running;
    await this.#commits.stop();
    this.#start();
  }

  async #run(): Promise<void> {
    const { signal } = this.#stopping;
    const about = { topic: this.options.topic, group: this.options.consumer.group };
    const worthTelling = 3;
    let failures = 0;
    while (!signal.aborted) {
      try {
        await this.#takePart(() => {
          if (failures >= worthTelling) this.options.consumer.log.info(about, 'reading again');
          failures = 0;
        });
      } catch (error) {
        this.contact.failed((error as Error).message);
        if (++failures === worthTelling)
          this.options.consumer.log.warn(
            { ...about, reason: (error as Error).message },
            'cannot read, trying until it goes on',
          );
      }
      await pause(Math.min(50 * 2 ** failures, 2000), signal);
    }
    // Where the server is away nobody can be told; the others find out by our silence.
    await within(this.#leave(), 3_000);
  }

  /** As a member, until stopped or until something fails. */
  async #takePart(going: () => void): Promise<void> {
    const client = await this.client();
    const { topic, replicas, consumer } = this.options;
    const bucket = await client.buckets.create(bucketOf(topic), { history: 1, replicas });
    const group = consumer.group.replaceAll(/[^-\w]/g, '_');
    const over = new AbortController();
    let saying: NodeJS.Timeout | undefined;
    const board = new GroupBoard(bucket, group, this.#member, () => this.#wake());
    try {
      const { ended } = await board.watch(AbortSignal.any([over.signal, this.#stopping.signal]));
      this.#board = board;
      let broken: Error | undefined;
      void ended.then(
        () => (broken = new Error('the board of the group is not told any more')),
        (error: Error) => (broken = error),
      );
      saying = setInterval(() => void board.sayHere().catch(() => undefined), everyMs);
      while (!this.#stopping.signal.aborted) {
        await this.#settle(client, board);
        this.#settledAt = Date.now();
        this.contact.heard();
        this.#start();
        going();
        await within(new Promise<void>((resolve) => (this.#wake = resolve)), everyMs);
        if (broken && !this.#stopping.signal.aborted) throw broken;
      }
    } finally {
      clearInterval(saying);
      over.abort();
    }
  }

  /** Takes what is ours by the members there are now, and gives back what is not. */
  async #settle(client: NatsClient, board: GroupBoard): Promise<void> {
    const members = board.members(performance.now());
    for (let number = 0; number < this.options.partitions; number++) {
      const place = board.place(number);
      const mine = members[number % members.length] === this.#member;
      const held = this.#held.get(number);
      if (held?.leaving) continue;
      if (held && place?.holder !== this.#member) await this.#drop(number, held);
      else if (held && !mine) this.#giveBack(number, held, board).catch(() => undefined);
      else if (!held && mine && (!place || board.isFree(place, performance.now())))
        await this.#claim(number, place, client, board);
      // Ours, but what we knew of it is gone: something failed in between.
      else if (!held && place?.holder === this.#member) {
        if (mine) await this.#claim(number, place, client, board);
        else await this.#writeFree(number, board, () => undefined);
      }
    }
  }

  /** By what it was when it was found free: whoever was quicker has it. */
  async #claim(
    number: number,
    place: Noted | undefined,
    client: NatsClient,
    board: GroupBoard,
  ): Promise<void> {
    const position = await this.#startOf(place?.position ?? 1, client);
    if (!(await board.write(number, { holder: this.#member, position }, place?.revision))) return;
    const { name, topic, consumer } = this.options;
    const partition = new Partition(consumer, this.#turns, () => this.#commits.soon());
    const reading = new AbortController();
    const from = { name: topic, topic: name, subject: subjectOf(topic, number), from: position };
    void this.#read(client, from, partition, reading.signal);
    this.#held.set(number, { partition, reading });
  }

  /** A stream that was made anew counts from 1 again. */
  async #startOf(position: number, { manager }: NatsClient): Promise<number> {
    if (position === 1) return position;
    const { state } = await manager.streams.info(streamOf(this.options.topic));
    return state.last_seq + 1 < position ? 1 : position;
  }

  /** Goes on reading for as long as the partition is ours, whatever comes between. */
  async #read(
    client: NatsClient,
    reading: Parameters<typeof readPartition>[1],
    partition: Partition,
    signal: AbortSignal,
  ): Promise<void> {
    for (let failures = 0; !signal.aborted; failures++) {
      // What was begun is not read again.
      const from = partition.ledger.next ?? reading.from;
      try {
        await readPartition(client, { ...reading, from }, partition, signal);
      } catch (error) {
        this.contact.failed((error as Error).message);
      }
      await pause(Math.min(50 * 2 ** failures, 2000), signal);
    }
  }

  /** Once nobody is at work in it; until that is written it is ours, and we go on saying that we are there. */
  #giveBack(number: number, held: Held, board: GroupBoard): Promise<void> {
    held.leaving ??= (async () => {
      held.reading.abort();
      await held.partition.stop();
      await this.#writeFree(number, board, () => held.partition.ledger.due());
    })().finally(() => this.#held.delete(number));
    return held.leaving;
  }

  /** Again, should a commit have come between. */
  async #writeFree(number: number, board: GroupBoard, due: () => number | undefined): Promise<void> {
    for (let place = board.place(number); place?.holder === this.#member; place = board.place(number)) {
      const position = due() ?? place.position;
      if (await board.write(number, { holder: null, position }, place.revision)) return;
    }
  }

  /** Somebody else has it already. */
  async #drop(number: number, held: Held): Promise<void> {
    held.reading.abort();
    this.#held.delete(number);
    await held.partition.stop();
  }

  async #leave(): Promise<void> {
    await this.#stopHeld();
    const board = this.#board;
    if (!board) return;
    await this.#commits.stop();
    for (const [number, held] of this.#held) await this.#giveBack(number, held, board);
    await board.sayGone();
  }

  /** Nothing more is begun; resolves once nobody is at work. */
  async #stopHeld(): Promise<void> {
    const held = [...this.#held.values()];
    for (const { reading } of held) reading.abort();
    await Promise.all(held.map(({ partition }) => partition.stop()));
  }

  async #commit(): Promise<void> {
    const board = this.#board;
    if (!board) return;
    for (const [number, { partition }] of this.#held) {
      const position = partition.ledger.due();
      const place = board.place(number);
      if (position === undefined || place?.holder !== this.#member) continue;
      if (await board.write(number, { holder: this.#member, position }, place.revision))
        partition.ledger.committed(position);
    }
  }
}
