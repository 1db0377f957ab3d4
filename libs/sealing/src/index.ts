export { makeRelayToken, readRelayToken, keysOf, type RelayKey, type RelayKeys } from './relay-token.js';
export { seal, open, relayNamedIn, type Direction } from './seal.js';
export { encryptAtRest, decryptAtRest, keyFor, readSecretKey } from './at-rest.js';
export { makeStoreToken, readStoreToken, type StoreClaims } from './store-token.js';
