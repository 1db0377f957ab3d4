export { startEngine, type Engine } from './engine.js';
export { importBusybox, busyboxArchive, busyboxImage } from './import-busybox.js';
export { askEngine } from './ask-engine.js';
export { startRegistry, whyNoRegistry, type Registry } from './registry.js';
export { pushImage, type ImageToPush } from './push-image.js';
export {
  startKafka,
  startKafkaCluster,
  type KafkaBroker,
  type KafkaCluster,
  type KafkaOptions,
} from './kafka.js';
export { kafkaAcls } from './kafka-acls.js';
export { startNats, type NatsServer } from './nats.js';
export { startPostgres, freshDatabase, askDatabase, type PostgresServer } from './postgres.js';
export { makeAuthority, type Authority, type Certificate } from './certificates.js';
export { doorTo, type Door } from './door.js';
export { wayInto } from './way-into.js';
export { startCluster, whyNoCluster, type Cluster } from './cluster.js';
export { freePorts } from './free-ports.js';
