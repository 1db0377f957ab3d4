import { z } from 'zod';
import { flag, list } from './kinds.js';

const broker = /^[^\s:]+:\d+$|^\[[^\]]+\]:\d+$/;

/** The settings by which every service finds Kafka, where `CHASQUI_TRANSPORT` is not something else. */
export const kafkaShape = {
  KAFKA_BROKERS: list
    .refine(
      (brokers) => brokers.length > 0 && brokers.every((one) => broker.test(one)),
      'each broker is written host:port, several with commas',
    )
    .optional(),
  KAFKA_TOPIC_PREFIX: z.string().optional(),
  /** On by itself where a certificate is given. */
  KAFKA_TLS: flag.optional(),
  /** Certificates as PEM text; mostly given through their `_FILE`. */
  KAFKA_TLS_CA: z.string().optional(),
  KAFKA_TLS_CERT: z.string().optional(),
  KAFKA_TLS_KEY: z.string().optional(),
  KAFKA_SASL_MECHANISM: z.enum(['plain', 'scram-sha-256', 'scram-sha-512']).optional(),
  KAFKA_SASL_USERNAME: z.string().optional(),
  KAFKA_SASL_PASSWORD: z.string().optional(),
  KAFKA_REPLICAS: z.coerce.number().int().min(1).max(9).optional(),
};
type KafkaSet = z.infer<z.ZodObject<typeof kafkaShape>>;

/** How a client reaches Kafka. */
export interface KafkaPlace {
  readonly brokers: string[];
  readonly prefix?: string;
  /** True for the system's certificate authorities. */
  readonly ssl?: true | { readonly ca?: string; readonly cert?: string; readonly key?: string };
  readonly sasl?: {
    readonly mechanism: 'plain' | 'scram-sha-256' | 'scram-sha-512';
    readonly username: string;
    readonly password: string;
  };
  /** How many brokers keep each topic that is created; undefined for as many as there are, up to three. */
  readonly replicas?: number;
}

/** What only shows when the settings are seen together; a sentence each. */
export function kafkaFaults(set: KafkaSet): string[] {
  const faults: string[] = [];
  if (set.KAFKA_SASL_MECHANISM && !(set.KAFKA_SASL_USERNAME && set.KAFKA_SASL_PASSWORD)) {
    faults.push('KAFKA_SASL_MECHANISM: needs KAFKA_SASL_USERNAME and KAFKA_SASL_PASSWORD');
  }
  if ((set.KAFKA_TLS_CERT === undefined) !== (set.KAFKA_TLS_KEY === undefined)) {
    faults.push('KAFKA_TLS_CERT: belongs together with KAFKA_TLS_KEY; give both or none');
  }
  if (set.KAFKA_TLS === false && (set.KAFKA_TLS_CA ?? set.KAFKA_TLS_CERT) !== undefined) {
    faults.push('KAFKA_TLS: is off, and certificates for it are given; set it to true, or take them away');
  }
  return faults;
}

export function kafkaPlace(set: KafkaSet): KafkaPlace {
  const { KAFKA_TLS_CA: ca, KAFKA_TLS_CERT: cert, KAFKA_TLS_KEY: key, KAFKA_SASL_MECHANISM: mechanism } = set;
  return {
    brokers: set.KAFKA_BROKERS!,
    prefix: set.KAFKA_TOPIC_PREFIX,
    ssl: ca || cert ? { ca, cert, key } : set.KAFKA_TLS || undefined,
    sasl: mechanism && { mechanism, username: set.KAFKA_SASL_USERNAME!, password: set.KAFKA_SASL_PASSWORD! },
    replicas: set.KAFKA_REPLICAS,
  };
}
