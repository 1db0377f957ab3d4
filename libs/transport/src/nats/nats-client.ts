import { jetstream, jetstreamManager, type JetStreamClient, type JetStreamManager } from '@nats-io/jetstream';
import { Kvm } from '@nats-io/kv';
import {
  connect,
  credsAuthenticator,
  type NatsConnection,
  type NodeConnectionOptions,
} from '@nats-io/transport-node';
import type { Contact } from '../contact.js';
import { keepTrying } from '../keep-trying.js';
import type { NatsSettings } from './connect-nats.js';

/** What one connection gives; all of it lives as long as the transport. */
export interface NatsClient {
  readonly connection: NatsConnection;
  readonly js: JetStreamClient;
  readonly manager: JetStreamManager;
  readonly buckets: Kvm;
}

/** Connects, trying until a server answers or `signal` ends it; from then on the client finds back by itself. */
export async function natsClient(
  settings: NatsSettings,
  contact: Contact,
  signal: AbortSignal,
): Promise<NatsClient> {
  return keepTrying(async () => opened(await connect(optionsOf(settings)), contact), contact, signal);
}

async function opened(connection: NatsConnection, contact: Contact): Promise<NatsClient> {
  contact.heard();
  void follow(connection, contact);
  // Not asked first whether there is JetStream: who may only use it may not be let to ask.
  const js = jetstream(connection, { timeout: 5_000 });
  const manager = await jetstreamManager(connection, { timeout: 5_000, checkAPI: false });
  return { connection, js, manager, buckets: new Kvm(js) };
}

/** Tells how the connection fares, for as long as there is one. */
async function follow(connection: NatsConnection, contact: Contact): Promise<void> {
  for await (const { type } of connection.status()) {
    if (type === 'reconnect') contact.heard();
    if (type === 'disconnect' || type === 'staleConnection') contact.lose('the connection was lost');
  }
}

function optionsOf({ servers, clientId, tls, user, credentials }: NatsSettings): NodeConnectionOptions {
  return {
    servers: [...servers],
    name: clientId,
    // Answers to others are not for us to hear, nor ours for them: a server that gives each its own permissions can tell them apart.
    ...(clientId && { inboxPrefix: `_INBOX.${clientId}` }),
    timeout: 5_000,
    maxReconnectAttempts: -1,
    // A password that an operator is just changing comes right by itself.
    ignoreAuthErrorAbort: true,
    reconnectTimeWait: 250,
    reconnectJitter: 100,
    // A server that hangs is noticed within as many seconds as Kafka's sessions have.
    pingInterval: 3_000,
    maxPingOut: 2,
    ...(tls && { tls: tls === true ? {} : tls }),
    ...(user && { user: user.name, pass: user.password }),
    ...(credentials && { authenticator: credsAuthenticator(new TextEncoder().encode(credentials)) }),
  };
}
