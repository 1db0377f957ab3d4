import { signingKey, type SigningKey } from '@chasqui/audit';
import { keyFor } from '@chasqui/sealing';
import type { ApiConfig } from '../config.js';

type Keys = Pick<ApiConfig, 'secretKey' | 'previousSecretKeys' | 'auditKey'>;

/**
 * The keys that audit blocks may be signed with, the current one first: the one that was given, and those that follow from the secret key and
 * the ones before it. The others give their word for the current one where it changes.
 */
export function auditKeys({ secretKey, previousSecretKeys = [], auditKey }: Keys): readonly SigningKey[] {
  const seeds = [secretKey, ...previousSecretKeys].map((key) => seedFrom(key));
  return [...(auditKey ? [auditKey] : []), ...seeds].map(signingKey);
}

/** The one of these with that public key; the current one, the first, where it is not among them or none is named. */
export function keyNamed(keys: readonly SigningKey[], publicKey: string | undefined): SigningKey {
  return keys.find((key) => key.publicKey === publicKey) ?? keys[0]!;
}

function seedFrom(secretKey: Uint8Array): Uint8Array {
  return keyFor('audit signing', secretKey);
}
