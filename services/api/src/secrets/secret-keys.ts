import { secretKeys, type SecretKeys } from '@chasqui/sealing';
import type { ApiConfig } from '../config.js';

/** The keys that secrets are encrypted with in the database: the current one, and those whose secrets can still be read. */
export function secretKeysOf(config: Pick<ApiConfig, 'secretKey' | 'previousSecretKeys'>): SecretKeys {
  return secretKeys(config.secretKey, config.previousSecretKeys);
}
