import type { ConnectionOptions } from 'node:tls';
import { z } from 'zod';
import { flag } from './kinds.js';

/** How far the database's certificate is believed: also that it is for this host, only that it is of that authority, or whatever it is. */
const verifying = ['verify-full', 'verify-ca', 'require'] as const;

/** The settings by which a service speaks TLS with PostgreSQL. Spread into the shape that `readSettings` gets. */
export const postgresTlsShape = {
  DATABASE_TLS: flag.optional(),
  DATABASE_TLS_VERIFY: z.enum(verifying, 'is verify-full, verify-ca or require').default('verify-full'),
  /** Certificates as PEM text; mostly given through their `_FILE`. */
  DATABASE_TLS_CA: z.string().optional(),
  DATABASE_TLS_CERT: z.string().optional(),
  DATABASE_TLS_KEY: z.string().optional(),
};
type PostgresTlsSet = z.infer<z.ZodObject<typeof postgresTlsShape>>;

/** What only shows when the settings are seen together; a sentence each. `url` is that of the database, if it was given as one. */
export function postgresTlsFaults(set: PostgresTlsSet, url?: string): string[] {
  const faults: string[] = [];
  const { DATABASE_TLS: on, DATABASE_TLS_CA: ca, DATABASE_TLS_CERT: cert, DATABASE_TLS_KEY: key } = set;
  if ((cert === undefined) !== (key === undefined)) {
    faults.push('DATABASE_TLS_CERT: belongs together with DATABASE_TLS_KEY; give both or none');
  }
  if (on === false && (ca ?? cert) !== undefined) {
    faults.push('DATABASE_TLS: is off, and certificates for it are given; set it to true, or take them away');
  }
  const mode = sslModeIn(url);
  if (mode !== undefined && !onByMode.has(mode)) {
    const known = [...onByMode.keys()].join(', ');
    faults.push(
      `DATABASE_URL: sslmode=${mode} is none of ${known}; DATABASE_TLS_VERIFY says what is checked`,
    );
  }
  if (on === true && onByMode.get(mode ?? '') === false) {
    faults.push(`DATABASE_TLS: is on, and DATABASE_URL says sslmode=${mode}; keep one`);
  }
  for (const name of ['sslrootcert', 'sslcert', 'sslkey'].filter((one) => parametersOf(url)?.has(one))) {
    const setting = { sslrootcert: 'CA', sslcert: 'CERT', sslkey: 'KEY' }[name]!;
    faults.push(`DATABASE_URL: ${name} is not read; set DATABASE_TLS_${setting}_FILE`);
  }
  return faults;
}

/**
 * What `pg` needs for TLS; false for none. On where `DATABASE_TLS` says so, where a certificate is given, or where the URL has an
 * `sslmode` other than `disable`. However it is put on, `DATABASE_TLS_VERIFY` alone says what is checked: nobody should find out by
 * accident that a word of the URL meant less.
 */
export function postgresTls(set: PostgresTlsSet, url?: string): false | ConnectionOptions {
  const { DATABASE_TLS_CA: ca, DATABASE_TLS_CERT: cert, DATABASE_TLS_KEY: key } = set;
  const on = set.DATABASE_TLS ?? onByMode.get(sslModeIn(url) ?? '') ?? (ca ?? cert) !== undefined;
  if (!on) return false;
  const verify = set.DATABASE_TLS_VERIFY;
  return {
    minVersion: 'TLSv1.2',
    ca,
    cert,
    key,
    rejectUnauthorized: verify !== 'require',
    ...(verify === 'verify-ca' && { checkServerIdentity: () => undefined }),
  };
}

/** The URL without what it says of TLS, which `pg` would put above everything that it is told. */
export function withoutSslMode(url: string): string {
  if (!URL.canParse(url)) return url;
  const plain = new URL(url);
  for (const name of ['sslmode', 'ssl']) plain.searchParams.delete(name);
  return plain.href;
}

/** Words of libpq, as they stand in URLs. */
const onByMode: ReadonlyMap<string, boolean> = new Map([
  ['disable', false],
  ['allow', true],
  ['prefer', true],
  ['require', true],
  ['verify-ca', true],
  ['verify-full', true],
]);

function sslModeIn(url: string | undefined): string | undefined {
  const parameters = parametersOf(url);
  const mode = parameters?.get('sslmode') ?? parameters?.get('ssl') ?? undefined;
  if (mode === 'true' || mode === '1') return 'require';
  return mode === 'false' || mode === '0' ? 'disable' : mode;
}

function parametersOf(url: string | undefined): URLSearchParams | undefined {
  return url !== undefined && URL.canParse(url) ? new URL(url).searchParams : undefined;
}
