import { topics, type Topic } from '@chasqui/contracts';
import { Server, type CustomTransportStrategy, type MessageHandler } from '@nestjs/microservices';
import { isObservable, lastValueFrom } from 'rxjs';
import { topicName } from '../outgoing.js';
import type { Incoming, Subscription, SubscriptionOptions, TopicParams, Transport } from '../transport.js';
import { TransportContext } from './transport-context.js';

export interface TransportServerOptions {
  /** The consumer group of all instances of this service: `api`. */
  readonly group: string;
  /** This instance's own name, for consumers that each instance has for itself; a new one for each process. */
  readonly instance: string;
  /** What fills the `:relay` or `:adapter` in the names of the topics that are consumed here. */
  readonly params?: TopicParams;
  /** The topics there are. Default: those in `contracts`. */
  readonly topics?: readonly Topic[];
}

interface Registered {
  readonly pattern: string;
  readonly handler: MessageHandler;
  readonly eachInstance: boolean;
}

/**
 * Nest's seam for message patterns over our transport. A consumer is a controller method:
 *
 * ```ts
 * @EventPattern(topics.relayHeartbeats.name, { group: 'each-instance' })
 * async heard(@Payload() sealed: string, @Ctx() context: TransportContext) {}
 * ```
 *
 * Without extras the instances of the service share the messages; with `{ group: 'each-instance' }` each gets all that are
 * published from its start on. The payload is checked already. Attach it to an HTTP application with `consume`; where the
 * application is nothing but a microservice, give it `HandBackErrors` as a global filter, so that errors come back.
 */
export class TransportServer extends Server implements CustomTransportStrategy {
  /** Nest need not log what a consumer throws: the transport hears of it, and does. */
  override readonly propagatesEventHandlerErrors = true;
  readonly #registered: Registered[] = [];
  readonly #subscriptions: Subscription[] = [];
  readonly #closing = new AbortController();
  #listening: Promise<void> | undefined;

  constructor(
    private readonly transport: Transport,
    private readonly options: TransportServerOptions,
  ) {
    super();
  }

  override addHandler(
    pattern: unknown,
    handler: MessageHandler,
    isEvent = false,
    extras: Record<string, unknown> = {},
  ): void {
    const name = this.normalizePattern(pattern as string);
    if (!isEvent)
      throw new Error(`${name}: consumers answer nobody; use @EventPattern instead of @MessagePattern`);
    const eachInstance = extras['group'] === 'each-instance';
    if (this.#registered.some((other) => other.pattern === name && other.eachInstance === eachInstance)) {
      throw new Error(`two consumers of ${name} would share its messages between them; make it one`);
    }
    this.#registered.push({ pattern: name, handler, eachInstance });
    this.messageHandlers.set(name, handler);
  }

  /** Prepares the topics that are consumed here and subscribes. Waits for a broker that is away. */
  override listen(callback: (error?: unknown) => void): void {
    this.#listening = this.#listen().then(
      () => callback(),
      (error: unknown) => (this.#closing.signal.aborted ? callback() : callback(error)),
    );
  }

  override async close(): Promise<void> {
    this.#closing.abort();
    await this.#listening;
    await Promise.all(this.#subscriptions.splice(0).map((subscription) => subscription.stop()));
  }

  override on(): never {
    throw new Error('the transport has no events to listen to');
  }

  override unwrap<T>(): T {
    return this.transport as T;
  }

  async #listen(): Promise<void> {
    const consumed = this.#registered.map((registered) => ({
      registered,
      options: this.#optionsOf(registered),
    }));
    await this.transport.prepare(
      consumed.map(({ options }) => options),
      this.#closing.signal,
    );
    await Promise.all(
      consumed.map(async ({ registered, options }) => {
        const handle = (message: Incoming, value: unknown) =>
          this.#handle(registered.handler, message, value);
        this.#subscriptions.push(await this.transport.subscribe(options, handle, this.#closing.signal));
      }),
    );
  }

  #optionsOf({ pattern, eachInstance }: Registered): SubscriptionOptions {
    const { group, instance, params } = this.options;
    const known = this.options.topics ?? Object.values<Topic>(topics);
    const topic = known.find(({ name }) => name === pattern);
    if (!topic) {
      throw new Error(
        `there is no topic ${pattern} to consume; there are ${known.map(({ name }) => name).join(', ')}`,
      );
    }
    topicName(topic, params);
    return {
      topic,
      ...(params && { params }),
      ...(eachInstance ? { group: `${group}.${instance}`, from: 'end' } : { group }),
    };
  }

  async #handle(handler: MessageHandler, message: Incoming, value: unknown): Promise<void> {
    try {
      const result: unknown = await handler(value, new TransportContext([message]));
      if (isObservable(result)) await lastValueFrom(result, { defaultValue: undefined });
    } catch (error) {
      if (error instanceof Error) throw error;
      const standIn = JSON.stringify(error);
      throw new Error(
        `a consumer threw, and Nest put ${standIn} in its place: HandBackErrors is no global filter here`,
      );
    }
  }
}
