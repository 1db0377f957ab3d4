import type { ConnectionOptions } from 'node:tls';
import type { TransportLog } from '../transport-log.js';
import type { Transport } from '../transport.js';

export interface KafkaSettings {
  /** `host:port` of some of the brokers; the others are learnt from them. */
  readonly brokers: readonly string[];
  /** Stands before every topic and group, so that several installations can share a cluster: `chasqui.`. Default none. */
  readonly prefix?: string;
  /** What the broker's own log calls us. */
  readonly clientId?: string;
  /** TLS: true for the system's authorities. */
  readonly ssl?: boolean | ConnectionOptions;
  readonly sasl?: {
    readonly mechanism: 'plain' | 'scram-sha-256' | 'scram-sha-512';
    readonly username: string;
    readonly password: string;
  };
  /** How many brokers keep each topic that we create. Default: as many as there are, up to three. */
  readonly replicas?: number;
  /** How long a publish keeps trying before it throws, in milliseconds. Default 15,000. */
  readonly publishTimeoutMs?: number;
  readonly log?: TransportLog;
}

/** The transport over Kafka. Loads the client only now, and returns before any broker has answered: `prepare` waits for that. */
export async function connectKafka(settings: KafkaSettings): Promise<Transport> {
  const { KafkaTransport } = await import('./kafka-transport.js');
  return new KafkaTransport(settings);
}
