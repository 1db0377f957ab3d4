export { makeRelayToken, readRelayToken, keysOf, type RelayKey, type RelayKeys } from './relay-token.js';
export { seal, open, relayNamedIn, type Direction } from './seal.js';
export { encryptAtRest, decryptAtRest, readSecretKey } from './at-rest.js';
