import { randomUUID } from 'node:crypto';
import { Outage } from '@chasqui/contracts';
import { headers as natsHeaders, type MsgHdrs } from '@nats-io/transport-node';
import type { Contact } from '../contact.js';
import { pause, within } from '../pause.js';
import type { Outgoing } from '../transport.js';
import type { NatsClient } from './nats-client.js';

/** In which header a message's key travels, percent-encoded. */
export const keyHeader = 'Chasqui-Key';

/**
 * Sends what belongs to one subject one message after another, so that keys stay in order also where one has to be sent again; the
 * server knows a repetition by its id. Subjects do not wait for one another.
 */
export class NatsPublisher {
  readonly #last = new Map<string, Promise<void>>();
  readonly #closing = new AbortController();

  constructor(
    private readonly client: () => Promise<NatsClient>,
    private readonly contact: Contact,
    private readonly timeoutMs: number,
  ) {}

  /** Resolves once the server has it. @throws Outage where that could not be had in time */
  publish(subject: string, message: Outgoing): Promise<void> {
    const until = Date.now() + this.timeoutMs;
    const sent = (this.#last.get(subject) ?? Promise.resolve()).then(() =>
      this.#send(subject, message, until),
    );
    const settled = sent
      .catch(() => undefined)
      .then(() => void (this.#last.get(subject) === settled && this.#last.delete(subject)));
    this.#last.set(subject, settled);
    return sent;
  }

  /** Sends what is waiting, without trying again. */
  async close(): Promise<void> {
    this.#closing.abort();
    await Promise.all(this.#last.values());
  }

  async #send(subject: string, message: Outgoing, until: number): Promise<void> {
    const msgID = randomUUID();
    const headers = headersOf(message);
    for (let waitMs = 100; ; waitMs = Math.min(waitMs * 2, 1000)) {
      try {
        const { js } = await this.#clientBy(until);
        await js.publish(subject, message.value, { msgID, headers, timeout: 2_000 });
        this.contact.heard();
        return;
      } catch (error) {
        this.contact.failed((error as Error).message);
        if (Date.now() < until && (await pause(waitMs, this.#closing.signal))) continue;
        throw new Outage('broker-unavailable', { detail: (error as Error).message }, { cause: error });
      }
    }
  }

  /** Before the first server has answered there is none. */
  async #clientBy(until: number): Promise<NatsClient> {
    const client = this.client();
    if (await within(client, Math.max(1, until - Date.now()))) return client;
    throw new Error('no server answers');
  }
}

function headersOf({ key, headers }: Outgoing): MsgHdrs {
  const sent = natsHeaders();
  sent.set(keyHeader, encodeURIComponent(key));
  for (const [name, value] of Object.entries(headers)) sent.set(name, value);
  return sent;
}
