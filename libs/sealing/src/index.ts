export { makeRelayToken, readRelayToken, keysOf, type RelayKeys } from './relay-token.js';
export {
  makeAdapterToken,
  readAdapterToken,
  adapterKeysOf,
  hiddenKey,
  type AdapterKeys,
} from './adapter-token.js';
export type { SealingKey } from './token-form.js';
export { seal, open, openWithAny, nameIn, type Direction } from './seal.js';
export { encryptAtRest, decryptAtRest, keyIdOf } from './at-rest.js';
export { keyFor, readSecretKey, secretKeys, type SecretKey, type SecretKeys } from './secret-keys.js';
export { makeStoreToken, readStoreToken, type StoreClaims } from './store-token.js';
