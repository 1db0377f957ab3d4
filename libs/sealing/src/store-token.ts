import { jwtVerify, SignJWT } from 'jose';
import { keyFor, secretKeys, type SecretKeys } from './secret-keys.js';

/** Whose data a command may use, and until when. */
export interface StoreClaims {
  readonly runId: string;
  readonly executionId: string;
  readonly bundle: string;
  /** The room it was asked in: adapter, workspace and room in one word. */
  readonly channel: string;
  readonly userId: string;
  /** Milliseconds since the epoch. */
  readonly expiresAt: number;
}

const type = 'chasqui-store+jwt';

/** A token with which one execution uses the key-value store: a JWT (RFC 7519) signed with HMAC-SHA-256 by a key of its own. */
export async function makeStoreToken(keys: SecretKeys | Uint8Array, claims: StoreClaims): Promise<string> {
  const { runId, executionId, bundle, channel, userId, expiresAt } = claims;
  return new SignJWT({ run: runId, bundle, channel, user: userId, until: expiresAt })
    .setProtectedHeader({ alg: 'HS256', typ: type })
    .setSubject(executionId)
    .sign(keyFor('store token', several(keys).current.key));
}

/** What a token says; undefined if we did not make it. Whether its time is over, and its execution, is for the caller to say. */
export async function readStoreToken(
  token: string,
  keys: SecretKeys | Uint8Array,
): Promise<StoreClaims | undefined> {
  for (const { key } of several(keys).all) {
    const claims = await readWith(token, key);
    if (claims) return claims;
  }
  return undefined;
}

async function readWith(token: string, secretKey: Uint8Array): Promise<StoreClaims | undefined> {
  try {
    const { payload } = await jwtVerify(token, keyFor('store token', secretKey), {
      algorithms: ['HS256'],
      typ: type,
    });
    return {
      runId: payload['run'] as string,
      executionId: payload.sub!,
      bundle: payload['bundle'] as string,
      channel: payload['channel'] as string,
      userId: payload['user'] as string,
      expiresAt: payload['until'] as number,
    };
  } catch {
    return undefined;
  }
}

function several(keys: SecretKeys | Uint8Array): SecretKeys {
  return keys instanceof Uint8Array ? secretKeys(keys) : keys;
}
