import { argon2, randomBytes, timingSafeEqual, type Argon2Parameters } from 'node:crypto';
import { promisify } from 'node:util';

const derive = promisify(argon2);

/** What a hash costs: 19 MiB, twice over, on one lane (OWASP Password Storage Cheat Sheet, argon2id). About 30 ms of one core. */
const cost = { memory: 19_456, passes: 2, parallelism: 1 };
const tagLength = 32;

/** At once, in one process: each takes its 19 MiB, and a thread of the four that files and names need as well. */
const atOnce = 2;

/** How a password compares with what is kept of one; `outdated` where it is right and should be hashed anew. */
export type Comparison = 'right' | 'outdated' | 'wrong';

/** What is kept of a password: a PHC string, `$argon2id$v=19$m=…,t=…,p=…$salt$hash`. */
export async function hashPassword(password: string): Promise<string> {
  return inTurn(async () => {
    const salt = randomBytes(16);
    const hash = await argon2id(password, salt, cost);
    const { memory, passes, parallelism } = cost;
    return `$argon2id$v=19$m=${memory},t=${passes},p=${parallelism}$${bare(salt)}$${bare(hash)}`;
  });
}

/**
 * Compares a password with the PHC string that is kept. Where there is none (nobody of that name, or a person without a password) it works
 * as long and says `wrong`, so that nobody can tell by the time.
 * @throws Error for a string that we did not write
 */
export async function comparePassword(password: string, phc: string | undefined): Promise<Comparison> {
  return inTurn(async () => {
    const { salt, hash, ...kept } = read(phc ?? nobodys);
    const same = timingSafeEqual(await argon2id(password, salt, kept, hash.length), hash);
    if (phc === undefined || !same) return 'wrong';
    return kept.memory < cost.memory || kept.passes < cost.passes ? 'outdated' : 'right';
  });
}

type Cost = typeof cost;

/** In one normal form, so that an é is the same from every keyboard (RFC 8265 §4.2). */
function argon2id(password: string, salt: Buffer, { memory, passes, parallelism }: Cost, length = tagLength) {
  const parameters: Argon2Parameters = {
    message: password.normalize('NFC'),
    nonce: salt,
    memory,
    passes,
    parallelism,
    tagLength: length,
  };
  return derive('argon2id', parameters);
}

function read(phc: string): Cost & { salt: Buffer; hash: Buffer } {
  const [, memory, passes, parallelism, salt, hash] =
    /^\$argon2id\$v=19\$m=(\d+),t=(\d+),p=(\d+)\$([A-Za-z0-9+/]+)\$([A-Za-z0-9+/]+)$/.exec(phc) ?? [];
  if (!salt || !hash) throw new Error('a password is kept in a form that is not ours');
  return {
    memory: Number(memory),
    passes: Number(passes),
    parallelism: Number(parallelism),
    salt: Buffer.from(salt, 'base64'),
    hash: Buffer.from(hash, 'base64'),
  };
}

function bare(bytes: Buffer): string {
  return bytes.toString('base64').replace(/=+$/, '');
}

const nobodys = `$argon2id$v=19$m=${cost.memory},t=${cost.passes},p=${cost.parallelism}$${bare(Buffer.alloc(16))}$${bare(Buffer.alloc(tagLength))}`;

let busy = 0;
const waiting: (() => void)[] = [];

async function inTurn<T>(work: () => Promise<T>): Promise<T> {
  if (busy < atOnce) busy += 1;
  else await new Promise<void>((resolve) => waiting.push(resolve));
  try {
    return await work();
  } finally {
    const next = waiting.shift();
    if (next) next();
    else busy -= 1;
  }
}
