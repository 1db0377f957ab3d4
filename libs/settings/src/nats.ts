import { z } from 'zod';
import { flag, list } from './kinds.js';

const server = /^[^\s:]+:\d+$|^\[[^\]]+\]:\d+$/;

/** The settings by which every service finds NATS, where `CHASQUI_TRANSPORT` is `nats`. */
export const natsShape = {
  NATS_SERVERS: list
    .refine(
      (servers) => servers.length > 0 && servers.every((one) => server.test(one)),
      'each server is written host:port, several with commas',
    )
    .optional(),
  NATS_PREFIX: z.string().optional(),
  /** On by itself where a certificate is given. */
  NATS_TLS: flag.optional(),
  /** Certificates as PEM text; mostly given through their `_FILE`. */
  NATS_TLS_CA: z.string().optional(),
  NATS_TLS_CERT: z.string().optional(),
  NATS_TLS_KEY: z.string().optional(),
  NATS_USER: z.string().optional(),
  NATS_PASSWORD: z.string().optional(),
  /** The text of a credentials file (JWT and NKey seed), as `nsc` writes it. */
  NATS_CREDENTIALS: z.string().optional(),
  NATS_REPLICAS: z.coerce.number().int().min(1).max(5).default(1),
};
type NatsSet = z.infer<z.ZodObject<typeof natsShape>>;

/** How a client reaches NATS. */
export interface NatsPlace {
  readonly servers: string[];
  readonly prefix?: string;
  /** True for the system's certificate authorities. */
  readonly tls?: true | { readonly ca?: string; readonly cert?: string; readonly key?: string };
  readonly user?: { readonly name: string; readonly password: string };
  readonly credentials?: string;
  /** How many servers keep each message. */
  readonly replicas: number;
}

/** What only shows when the settings are seen together; a sentence each. */
export function natsFaults(set: NatsSet): string[] {
  const faults: string[] = [];
  if ((set.NATS_USER === undefined) !== (set.NATS_PASSWORD === undefined))
    faults.push('NATS_USER: belongs together with NATS_PASSWORD; give both or none');
  if (set.NATS_USER !== undefined && set.NATS_CREDENTIALS !== undefined)
    faults.push('NATS_CREDENTIALS: and NATS_USER are both set; keep one');
  if ((set.NATS_TLS_CERT === undefined) !== (set.NATS_TLS_KEY === undefined))
    faults.push('NATS_TLS_CERT: belongs together with NATS_TLS_KEY; give both or none');
  if (set.NATS_TLS === false && (set.NATS_TLS_CA ?? set.NATS_TLS_CERT) !== undefined)
    faults.push('NATS_TLS: is off, and certificates for it are given; set it to true, or take them away');
  return faults;
}

export function natsPlace(set: NatsSet): NatsPlace {
  const { NATS_TLS_CA: ca, NATS_TLS_CERT: cert, NATS_TLS_KEY: key, NATS_USER: name } = set;
  return {
    servers: set.NATS_SERVERS!,
    prefix: set.NATS_PREFIX,
    tls: ca || cert ? { ca, cert, key } : set.NATS_TLS || undefined,
    user: name === undefined ? undefined : { name, password: set.NATS_PASSWORD! },
    credentials: set.NATS_CREDENTIALS,
    replicas: set.NATS_REPLICAS,
  };
}
