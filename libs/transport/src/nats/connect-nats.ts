import type { TransportLog } from '../transport-log.js';
import type { Transport } from '../transport.js';

export interface NatsSettings {
  /** `host:port` of some of the servers; the others are learnt from them. */
  readonly servers: readonly string[];
  /** Stands before every subject, stream and bucket, so that several installations can share an account: `chasqui.`. Default none. */
  readonly prefix?: string;
  /** What the server's own log calls us, and where its answers to us go: below `_INBOX.<clientId>`. */
  readonly clientId?: string;
  /** TLS: true for the system's authorities; texts are PEM. */
  readonly tls?: true | { readonly ca?: string; readonly cert?: string; readonly key?: string };
  readonly user?: { readonly name: string; readonly password: string };
  /** The content of a credentials file (JWT and NKey), as `nsc` writes it. */
  readonly credentials?: string;
  /** How many servers keep each message. Default 1. */
  readonly replicas?: number;
  /** How long a publish keeps trying before it throws, in milliseconds. Default 15,000. */
  readonly publishTimeoutMs?: number;
  readonly log?: TransportLog;
}

/** The transport over NATS JetStream. Loads the client only now, and returns before any server has answered: `prepare` waits for that. */
export async function connectNats(settings: NatsSettings): Promise<Transport> {
  const { NatsTransport } = await import('./nats-transport.js');
  return new NatsTransport(settings);
}
