import { addresses, flag, port, rate, type Rate } from '@chasqui/settings';
import { z } from 'zod';

/** The settings of REST, and of how often things may be asked for. Spread into the shape that `readSettings` gets. */
export const httpShape = {
  CHASQUI_HTTP_HOST: z.string().default('127.0.0.1'),
  CHASQUI_HTTP_PORT: port.default(7400),
  /** A certificate with its chain, and its key, as PEM files: read again whenever they change. */
  CHASQUI_TLS_CERT_FILE: z.string().optional(),
  CHASQUI_TLS_KEY_FILE: z.string().optional(),
  /** Whether TLS ends at a proxy before us, and whom to believe when it says where a request came from. */
  CHASQUI_TLS_BY_PROXY: flag.default(false),
  CHASQUI_TRUSTED_PROXIES: addresses.default([]),
  CHASQUI_RATE_READS: rate.prefault('100000/10s'),
  CHASQUI_RATE_WRITES: rate.prefault('1000/10s'),
  CHASQUI_RATE_SIGN_IN: rate.prefault('20/1m'),
  CHASQUI_RATE_UNKNOWN: rate.prefault('600/1m'),
  CHASQUI_CHAT_LINES: rate.prefault('60/1m'),
};
type HttpSet = z.infer<z.ZodObject<typeof httpShape>>;

/** Where REST is served, and how it is protected on its way. */
export interface HttpPlace {
  readonly host: string;
  readonly port: number;
  /** Paths of PEM files; without them it is plain HTTP. */
  readonly tls?: { readonly certFile: string; readonly keyFile: string };
  /** Whoever comes here comes by TLS: ours, or that of a proxy. */
  readonly secure?: boolean;
  /** Addresses of proxies that are believed about where a request came from. */
  readonly trustedProxies?: readonly string[];
}

/** How often: undefined is without limit. */
export interface Rates {
  /** Of one user, one token, and twice that of one address. */
  readonly reads?: Rate | undefined;
  readonly writes?: Rate | undefined;
  /** Attempts to sign in, of one address. */
  readonly signIn?: Rate | undefined;
  /** Requests with a token that is none, of one address. */
  readonly unknown?: Rate | undefined;
  /** What one person says in chats. */
  readonly lines?: Rate | undefined;
}

/** What only shows when the settings are seen together; a sentence each. */
export function httpFaults(set: HttpSet): string[] {
  const { CHASQUI_TLS_CERT_FILE: cert, CHASQUI_TLS_KEY_FILE: key } = set;
  const faults: string[] = [];
  if ((cert === undefined) !== (key === undefined)) {
    faults.push('CHASQUI_TLS_CERT_FILE: belongs together with CHASQUI_TLS_KEY_FILE; give both or none');
  }
  if (set.CHASQUI_TLS_BY_PROXY && set.CHASQUI_TRUSTED_PROXIES.length === 0) {
    faults.push(
      'CHASQUI_TRUSTED_PROXIES: is not set, and CHASQUI_TLS_BY_PROXY is; name the addresses of the proxy, like 10.0.0.0/8',
    );
  }
  return faults;
}

export function httpPlace(set: HttpSet): HttpPlace {
  const { CHASQUI_TLS_CERT_FILE: certFile, CHASQUI_TLS_KEY_FILE: keyFile } = set;
  const tls = certFile !== undefined && keyFile !== undefined ? { certFile, keyFile } : undefined;
  return {
    host: set.CHASQUI_HTTP_HOST,
    port: set.CHASQUI_HTTP_PORT,
    ...(tls && { tls }),
    secure: tls !== undefined || set.CHASQUI_TLS_BY_PROXY,
    trustedProxies: set.CHASQUI_TRUSTED_PROXIES,
  };
}

export function ratesOf(set: HttpSet): Rates {
  return {
    reads: set.CHASQUI_RATE_READS,
    writes: set.CHASQUI_RATE_WRITES,
    signIn: set.CHASQUI_RATE_SIGN_IN,
    unknown: set.CHASQUI_RATE_UNKNOWN,
    lines: set.CHASQUI_CHAT_LINES,
  };
}
