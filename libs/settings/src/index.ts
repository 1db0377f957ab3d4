export { readSettings, SettingsError, type Environment } from './read-settings.js';
export { whyNotStarted } from './why-not-started.js';
export { duration, port, list, flag, rate, addresses, type Rate } from './kinds.js';
export { postgresTls, postgresTlsFaults, postgresTlsShape, withoutSslMode } from './postgres.js';
export { settingsInForce, secretValues, type SettingInForce } from './settings-in-force.js';
export { busShape, busFaults, busMissing, busPlace, type BusPlace } from './bus.js';
export type { KafkaPlace } from './kafka.js';
export type { NatsPlace } from './nats.js';
