import { createHmac } from 'node:crypto';

/** The digits and letters that are not mistaken for one another (Crockford's base 32): no I, L, O, U. */
const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/** So long a code may be entered, in milliseconds. */
export const codeLivesMs = 600_000;

/**
 * The code of a run that asked for one: 40 bits, written `K7QM-2XPD`. It is a keyed hash of the run's id, so that a message that is delivered
 * again gives the code that was shown already, and nobody without the key can tell the next one.
 */
export function codeOf(runId: string, key: Uint8Array): string {
  const bytes = createHmac('sha256', key).update(`code of ${runId}`).digest();
  const letters = [...bytes.subarray(0, 8)].map((byte) => alphabet[byte % 32]);
  return `${letters.slice(0, 4).join('')}-${letters.slice(4).join('')}`;
}

/**
 * What is kept of a code. Forty bits are guessed in no time by whoever has a plain hash of them, so the hash is keyed: a copy of the
 * table alone tells no code.
 */
export function codeHash(code: string, key: Uint8Array): Buffer {
  return createHmac('sha256', key)
    .update(`hash of ${read(code)}`)
    .digest();
}

/** Eight letters however they were typed: small, without the dash, with an O for a zero. */
function read(code: string): string {
  return code.toUpperCase().replaceAll(/[\s-]/g, '').replaceAll('O', '0').replaceAll(/[IL]/g, '1');
}
