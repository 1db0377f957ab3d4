export { readSettings, SettingsError, type Environment } from './read-settings.js';
export { whyNotStarted } from './why-not-started.js';
export { duration, port, list, flag } from './kinds.js';
export { kafkaShape, kafkaFaults, kafkaPlace, type KafkaPlace } from './kafka.js';
