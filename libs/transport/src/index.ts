export type {
  Transport,
  Outgoing,
  Incoming,
  Handler,
  Subscription,
  SubscriptionOptions,
  NamedTopic,
  TopicParams,
} from './transport.js';
export { outgoing, topicName } from './outgoing.js';
export { withTrace } from './trace.js';
export { Park } from './park.js';
export type { TransportLog } from './transport-log.js';
export { MemoryTransport } from './memory/memory-transport.js';
export { connectKafka, type KafkaSettings } from './kafka/connect-kafka.js';
export { connectBus, type BusSettings } from './connect-bus.js';
export { connectNats, type NatsSettings } from './nats/connect-nats.js';
export { consume } from './nest/consume.js';
export { TransportServer, type TransportServerOptions } from './nest/transport-server.js';
export { TransportContext } from './nest/transport-context.js';
export { HandBackErrors } from './nest/hand-back-errors.js';
