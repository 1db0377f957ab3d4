import { publishTo, takeReplies, type Credential, type Hear } from '@chasqui/chat';
import { topics, type ChatMessage, type ChatReply } from '@chasqui/contracts';
import type { Transport } from '@chasqui/transport';
import { now, percentile, type Mark } from './marks.js';

export interface Figures {
  readonly inFlight: number;
  readonly commands: number;
  readonly perSecond: number;
  /** From the chat message published to the order in the driver's hands, in milliseconds. */
  readonly toDriver: Spread;
  /** From the driver done to the reply at the adapter, in milliseconds. */
  readonly toReply: Spread;
}
interface Spread {
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
}

/** One line on each relay. From when it was said, in milliseconds; `afterLastEnd` is from the last relay's end to the reply. */
export interface OnEach {
  readonly firstOrder: number;
  readonly lastOrder: number;
  readonly reply: number;
  readonly afterLastEnd: number;
  readonly replyBytes: number;
}

interface Asked {
  readonly saidAt: number;
  readonly runId: string;
  readonly repliedAt: number;
  readonly reply: ChatReply;
}

/** The adapter of the benchmark: it says `bench:nothing`, each of `inFlight` people in a room of their own, as soon as the last answer is there. */
export class Load {
  private readonly waiting = new Map<string, { at: number; answered: (reply: ChatReply) => void }>();
  private marks: Mark[] = [];
  private round = 0;

  private constructor(
    private readonly adapter: string,
    private readonly sender: string,
    private readonly hear: Hear,
  ) {}

  /** @param credential the adapter's */
  static async open(transport: Transport, credential: Credential, sender: string): Promise<Load> {
    const { name: adapter } = credential;
    const load = new Load(adapter, sender, publishTo(transport, credential));
    const take = takeReplies(credential, async (reply) => {
      if (reply.mark !== 'running') load.waiting.get(reply.inReplyTo)?.answered(reply);
    });
    const params = { adapter };
    await transport.prepare([{ topic: topics.chatMessages }, { topic: topics.chatReplies, params }]);
    await transport.subscribe({ topic: topics.chatReplies, params, group: `bench-${adapter}` }, (_, sealed) =>
      take(sealed),
    );
    return load;
  }

  note(mark: Mark): void {
    this.marks.push(mark);
  }

  async measure(inFlight: number, commands: number): Promise<Figures> {
    this.round += 1;
    this.marks = [];
    const samples: { saidAt: number; runId: string; repliedAt: number }[] = [];
    let left = commands;
    const person = async (room: number) => {
      while (left-- > 0) samples.push(await this.ask(`r${this.round}-${room}`));
    };
    const since = now();
    await Promise.all(Array.from({ length: inFlight }, (_, room) => person(room)));
    const seconds = (now() - since) / 1000;
    await new Promise((resolve) => setTimeout(resolve, 200));
    const marks = new Map(this.marks.map((mark) => [mark.runId, mark]));
    const complete = samples.flatMap((sample) => {
      const mark = marks.get(sample.runId);
      return mark ? [{ ...sample, ...mark }] : [];
    });
    return {
      inFlight,
      commands,
      perSecond: commands / seconds,
      toDriver: spread(complete.map((one) => one.handedAt - one.saidAt)),
      toReply: spread(complete.map((one) => one.repliedAt - one.finishedAt)),
    };
  }

  /** The same command once, on each of so many relays. */
  async onEach(relays: number): Promise<OnEach> {
    this.marks = [];
    const { saidAt, runId, repliedAt, reply } = await this.ask('each', 'bench:nothing --on-each name');
    const marks = this.marks.filter((mark) => mark.runId === runId);
    if (marks.length !== relays) throw new Error(`${marks.length} of ${relays} relays were given it`);
    const ended = Math.max(...marks.map(({ finishedAt }) => finishedAt));
    return {
      firstOrder: Math.min(...marks.map(({ handedAt }) => handedAt)) - saidAt,
      lastOrder: Math.max(...marks.map(({ handedAt }) => handedAt)) - saidAt,
      reply: repliedAt - saidAt,
      afterLastEnd: repliedAt - ended,
      replyBytes: JSON.stringify(reply).length,
    };
  }

  private async ask(room: string, text = 'bench:nothing'): Promise<Asked> {
    const id = crypto.randomUUID();
    const saidAt = now();
    const message: ChatMessage = {
      id,
      adapter: this.adapter,
      room: { id: room, direct: true },
      sender: { id: this.sender },
      addressed: 'direct',
      text,
      saidAt: Math.floor(saidAt),
    };
    const answer = new Promise<ChatReply>((resolve, reject) => {
      const late = setTimeout(() => reject(new Error(`no answer within two minutes in ${room}`)), 120_000);
      this.waiting.set(id, { at: saidAt, answered: (reply) => (clearTimeout(late), resolve(reply)) });
    });
    await this.hear(message);
    const reply = await answer;
    this.waiting.delete(id);
    if (reply.mark !== 'succeeded') throw new Error(`the benchmark's command did not succeed: ${reply.text}`);
    return { saidAt, runId: reply.runId, repliedAt: now(), reply };
  }
}

function spread(values: readonly number[]): Spread {
  return { p50: percentile(values, 0.5), p95: percentile(values, 0.95), p99: percentile(values, 0.99) };
}

/** The bundle that the benchmark asks for. */
export const benchBundle = `
chasqui_bundle_version: 1
name: bench
version: 1.0.0
description: For the benchmark
commands:
  nothing: { description: Does nothing, executable: [/bin/true], rules: [allow] }
`;
