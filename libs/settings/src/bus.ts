import { z } from 'zod';
import { kafkaFaults, kafkaPlace, kafkaShape, type KafkaPlace } from './kafka.js';
import type { Environment } from './read-settings.js';
import { natsFaults, natsPlace, natsShape, type NatsPlace } from './nats.js';

/** The settings by which every service finds what carries its messages. Spread into the shape that `readSettings` gets. */
export const busShape = {
  CHASQUI_TRANSPORT: z.enum(['kafka', 'nats'], 'write kafka or nats').default('kafka'),
  ...kafkaShape,
  ...natsShape,
};
type BusSet = z.infer<z.ZodObject<typeof busShape>>;

/** What carries messages, and how a client reaches it. */
export type BusPlace = ({ readonly kind: 'kafka' } & KafkaPlace) | ({ readonly kind: 'nats' } & NatsPlace);

/** That nothing says where the servers are: known without reading, for `alsoAmiss` of `readSettings`. */
export function busMissing(environment: Environment): string[] {
  const name = environment['CHASQUI_TRANSPORT']?.trim() === 'nats' ? 'NATS_SERVERS' : 'KAFKA_BROKERS';
  if (environment[name] || environment[`${name}_FILE`]) return [];
  return [`${name}: is not set; set ${name}, or ${name}_FILE to a file that holds it`];
}

/** What only shows when the settings are seen together; a sentence each. */
export function busFaults(set: BusSet): string[] {
  return set.CHASQUI_TRANSPORT === 'nats' ? natsFaults(set) : kafkaFaults(set);
}

export function busPlace(set: BusSet): BusPlace {
  return set.CHASQUI_TRANSPORT === 'nats'
    ? { kind: 'nats', ...natsPlace(set) }
    : { kind: 'kafka', ...kafkaPlace(set) };
}
