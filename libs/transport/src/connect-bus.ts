import { connectKafka, type KafkaSettings } from './kafka/connect-kafka.js';
import { connectNats, type NatsSettings } from './nats/connect-nats.js';
import type { Transport } from './transport.js';

/** Which of the transports between processes, and how it is reached. */
export type BusSettings =
  ({ readonly kind: 'kafka' } & KafkaSettings) | ({ readonly kind: 'nats' } & NatsSettings);

/** The transport that the settings name. */
export function connectBus(settings: BusSettings): Promise<Transport> {
  return settings.kind === 'nats' ? connectNats(settings) : connectKafka(settings);
}
