export { startEngine, type Engine } from './engine.js';
export { importBusybox, busyboxImage } from './import-busybox.js';
export { askEngine } from './ask-engine.js';
export { startRegistry, type Registry } from './registry.js';
export { startKafka, type KafkaBroker, type KafkaOptions } from './kafka.js';
export { startPostgres, freshDatabase, type PostgresServer } from './postgres.js';
export { doorTo, type Door } from './door.js';
