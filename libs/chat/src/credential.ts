import { adapterKeysOf, readAdapterToken, type AdapterKeys } from '@chasqui/sealing';

/** How an adapter shows the API that it is the one it says, and reads what nobody else can. */
export interface Credential {
  /** The adapter's name. */
  readonly name: string;
  readonly keys: AdapterKeys;
  /** Those of the token before it, which the API may still take it to have: opens replies, and seals nothing. */
  readonly previous?: AdapterKeys;
}

/** What a token gives. @throws RangeError if it is not an adapter's, or the one before it is not of the same adapter */
export async function credentialOf(token: string, previousToken?: string): Promise<Credential> {
  const { adapter: name, secret } = read(token);
  const keys = await adapterKeysOf(name, secret);
  if (previousToken === undefined) return { name, keys };
  const previous = read(previousToken);
  if (previous.adapter !== name)
    throw new RangeError(`the previous token is that of ${previous.adapter}, not of ${name}`);
  return { name, keys, previous: await adapterKeysOf(name, previous.secret) };
}

function read(token: string) {
  const found = readAdapterToken(token);
  if (!found) throw new RangeError('that is not an adapter token; "chasqui adapter create NAME" prints one');
  return found;
}
