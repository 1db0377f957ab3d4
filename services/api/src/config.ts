import { readFileSync } from 'node:fs';
import type { ConnectionOptions } from 'node:tls';
import {
  addresses,
  duration,
  flag,
  busFaults,
  busMissing,
  busPlace,
  busShape,
  port,
  postgresTls,
  postgresTlsFaults,
  postgresTlsShape,
  rate,
  readSettings,
  secretValues,
  SettingsError,
  settingsInForce,
  type Environment,
  type BusPlace,
  type Rate,
  type SettingInForce,
} from '@chasqui/settings';
import { readAdapterToken, readRelayToken, readSecretKey } from '@chasqui/sealing';
import type { Templates } from '@chasqui/bundles';
import { AdapterName } from '@chasqui/contracts';
import { z } from 'zod';
import { readInstallationTemplates } from './installation-templates.js';
import { adaptersIn } from './adapters/adapters-in.js';
import { relaysIn } from './relays/relays-in.js';
import type { SignInConfig } from './sign-in/sign-in-config.js';
import { signInConfig, signInFaults, signInShape } from './sign-in/sign-in-settings.js';
import { usualStoreLimits, type StoreLimits } from './store/store-limits.js';

const key = z.string().transform((text, context) => {
  const bytes = readSecretKey(text);
  if (bytes) return bytes;
  context.addIssue({ code: 'custom', message: 'is not a key; make one with: openssl rand -hex 32' });
  return z.NEVER;
});

const previousKeys = z.string().transform((text, context) => {
  const bytes = text
    .split(/[\s,]+/)
    .filter((part) => part !== '')
    .map(readSecretKey);
  if (bytes.every((one) => one !== undefined)) return bytes;
  context.addIssue({ code: 'custom', message: `number ${bytes.indexOf(undefined) + 1} is not a key` });
  return z.NEVER;
});

/** Says which lines, and nothing of what stands in them: they hold secrets. */
function eachNamesRelay(lines: string, context: z.core.$RefinementCtx<string>): void {
  for (const [index, { token }] of relaysIn(lines).entries()) {
    if (readRelayToken(token)) continue;
    const message = `number ${index + 1} is no relay token; "chasqui relay create NAME" prints one`;
    context.addIssue({ code: 'custom', message });
  }
}

function eachNamesAdapter(lines: string, context: z.core.$RefinementCtx<string>): void {
  for (const [index, { token }] of adaptersIn(lines).entries()) {
    if (AdapterName.safeParse(readAdapterToken(token)?.adapter).success) continue;
    const message = `number ${index + 1} is no adapter token; "chasqui adapter create NAME" prints one`;
    context.addIssue({ code: 'custom', message });
  }
}

const templates = z.string().transform((text, context) => {
  const read = readInstallationTemplates(text);
  if ('templates' in read) return read.templates;
  for (const message of read.faults) context.addIssue({ code: 'custom', message });
  return z.NEVER;
});

const amount = z.coerce.number('is a whole number').int('is a whole number').min(1, 'is at least 1');

const shape = {
  DATABASE_URL: z.string().optional(),
  DATABASE_HOST: z.string().optional(),
  DATABASE_PORT: port.default(5432),
  DATABASE_NAME: z.string().default('chasqui'),
  DATABASE_USER: z.string().default('chasqui'),
  DATABASE_PASSWORD: z.string().optional(),
  ...postgresTlsShape,
  /** The role that owns the tables, where it is not the one that the API runs as. */
  DATABASE_MIGRATION_URL: z.string().optional(),
  DATABASE_MIGRATION_USER: z.string().optional(),
  DATABASE_MIGRATION_PASSWORD: z.string().optional(),
  DATABASE_CONNECTIONS: z.coerce.number().int().min(2).max(500).default(16),
  ...busShape,
  /** Secrets are encrypted in the database with it. */
  CHASQUI_SECRET_KEY: key,
  /** Keys with which stored secrets can be read besides: those before it, or the one that comes next. */
  CHASQUI_PREVIOUS_SECRET_KEYS: previousKeys.default([]),
  /** What the blocks of the audit log are signed with; without it a key that follows from the secret key. */
  CHASQUI_AUDIT_KEY: key.optional(),
  /** How old an entry of the audit log may grow before "main.js prune-audit" removes it; without it nothing is removed. */
  CHASQUI_AUDIT_KEEP: duration.optional(),
  ...signInShape,
  /** With it the first administrator is made, by "chasqui bootstrap"; without it one is made and printed at each start until there is one. */
  CHASQUI_BOOTSTRAP_TOKEN: z
    .string()
    .regex(/^[\x21-\x7e]{32,512}$/, 'is 32 to 512 printable characters without spaces')
    .optional(),
  /** Relays to create at start if they do not exist: a line each, a token and then its tags. */
  CHASQUI_ENROL_RELAYS: z.string().superRefine(eachNamesRelay).optional(),
  /** Adapters to create at start if they do not exist: a line each, a token and then the workspaces it may speak for. */
  CHASQUI_ENROL_ADAPTERS: z.string().superRefine(eachNamesAdapter).optional(),
  /** A folder of bundles to install and enable at first start. */
  CHASQUI_EXAMPLES: z.string().optional(),
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
  /** A chat message that could not be taken up by then is not run. */
  CHASQUI_TAKE_WITHIN: duration.default(600_000),
  /** An order that no relay has started by then is never started. */
  CHASQUI_START_WITHIN: duration.default(60_000),
  CHASQUI_COMMAND_TIMEOUT: duration.default(60_000),
  CHASQUI_RELAY_SUSPECT_AFTER: duration.default(15_000),
  CHASQUI_RELAY_OFFLINE_AFTER: duration.default(45_000),
  /** The longest value that a command may keep, and how many entries and bytes a bundle may have. Bytes. */
  CHASQUI_STORE_VALUE_BYTES: amount.max(900_000).default(usualStoreLimits.valueBytes),
  CHASQUI_STORE_ENTRIES: amount.default(usualStoreLimits.entries),
  CHASQUI_STORE_BYTES: amount.default(usualStoreLimits.bytes),
  /** How results and messages are shown where neither command nor bundle says: YAML. */
  CHASQUI_TEMPLATES: templates.optional(),
  /** No token made from now on lasts longer; without it they may last for ever. */
  CHASQUI_TOKEN_MAX_AGE: duration.optional(),
  /** Whether somebody in a chat whom nobody knows becomes a user by saying `register`, and in which group. */
  CHASQUI_SELF_REGISTRATION: flag.default(false),
  CHASQUI_SELF_REGISTRATION_GROUP: z
    .string()
    .regex(/^[a-z0-9][a-z0-9._-]{0,62}$/, 'is not a group name')
    .refine((group) => group !== 'admin', 'must not be admin: newcomers may administer nothing')
    .default('newcomers'),
  LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal']).default('info'),
  OTEL_EXPORTER_OTLP_ENDPOINT: z.string().optional(),
};

/** What the API is, wherever it runs: `ApiModule` asks for no more. Lengths of time in milliseconds. */
export interface ApiConfig {
  readonly secretKey: Uint8Array;
  /** Keys whose secrets can still be read, besides the current one. */
  readonly previousSecretKeys?: readonly Uint8Array[];
  /** The seed of the key that the audit log is signed with; without it one that follows from the secret key. */
  readonly auditKey?: Uint8Array;
  /** With which the first administrator may be made, over REST. Without one, and without `administrator`, one is made and told. */
  readonly bootstrapToken?: string;
  /** The first administrator is made at the first start, with this token or a new one: for whoever starts the process, as in solo mode. */
  readonly administrator?: { readonly token?: string };
  /** Where people reach the server. */
  readonly publicUrl?: URL;
  /** How people come in; without it the usual. */
  readonly signIn?: SignInConfig;
  readonly enrolRelays?: string;
  readonly enrolAdapters?: string;
  readonly examples?: string;
  readonly http: HttpPlace;
  /** How often things may be asked for; without it without limit. */
  readonly rates?: Rates;
  /** The settings that all this was read from, fit to be shown. */
  readonly settings?: readonly SettingInForce[];
  readonly timing: Timing;
  /** How much commands may keep in the key-value store; without it the usual. */
  readonly store?: StoreLimits;
  /** How results and messages are shown where neither command nor bundle says. */
  readonly templates?: Templates;
  /** How long a token may last at most, in milliseconds; without it for ever. */
  readonly tokenMaxAgeMs?: number;
  /** Who is known to no one may make themselves a user, in this group. Without it nobody may. */
  readonly selfRegistration?: { readonly group: string };
  /** Adapters whose sender is a user name, because they run in this very process: the terminal of solo mode. */
  readonly trustedAdapters: readonly string[];
  /** The tokens of adapters that run in this very process, which made them itself; they stand in no database. */
  readonly localAdapters?: readonly string[];
}

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

/** The API as a process of its own. */
export interface ApiProcessConfig extends ApiConfig {
  readonly database: {
    readonly url: string;
    readonly connections: number;
    readonly tls: false | ConnectionOptions;
    readonly ownerUrl?: string;
  };
  /** How old an entry of the audit log may grow, in milliseconds; without it as old as it likes. */
  readonly auditKeepMs?: number;
  readonly bus: BusPlace;
  readonly logLevel: string;
  /** Values that no log line may show. */
  readonly secrets: readonly string[];
  readonly otlpEndpoint?: string;
}

export interface Timing {
  readonly takeWithinMs: number;
  readonly startWithinMs: number;
  readonly commandTimeoutMs: number;
  readonly suspectAfterMs: number;
  readonly offlineAfterMs: number;
}

/** Reads the environment of a service that runs on its own. @throws SettingsError with everything that is wrong. */
export function readConfig(environment: Environment): ApiProcessConfig {
  const set = readSettings(environment, shape, undefined, [
    ...busMissing(environment),
    ...(namesDatabase(environment) ? [] : [noDatabase]),
  ]);
  const faults = [
    ...busFaults(set),
    ...postgresTlsFaults(set, set.DATABASE_URL),
    ...httpFaults(set),
    ...signInFaults(set),
  ];
  if (set.CHASQUI_RELAY_OFFLINE_AFTER <= set.CHASQUI_RELAY_SUSPECT_AFTER) {
    faults.push('CHASQUI_RELAY_OFFLINE_AFTER: must be longer than CHASQUI_RELAY_SUSPECT_AFTER');
  }
  if (faults.length > 0) throw new SettingsError(faults);
  return {
    database: {
      url: set.DATABASE_URL ?? databaseUrl(set),
      connections: set.DATABASE_CONNECTIONS,
      tls: postgresTls(set, set.DATABASE_URL),
      ...ownerOf(set),
    },
    ...(set.CHASQUI_AUDIT_KEEP !== undefined && { auditKeepMs: set.CHASQUI_AUDIT_KEEP }),
    ...(set.CHASQUI_AUDIT_KEY && { auditKey: set.CHASQUI_AUDIT_KEY }),
    bus: busPlace(set),
    secretKey: set.CHASQUI_SECRET_KEY,
    previousSecretKeys: set.CHASQUI_PREVIOUS_SECRET_KEYS,
    bootstrapToken: set.CHASQUI_BOOTSTRAP_TOKEN,
    ...(set.CHASQUI_PUBLIC_URL && { publicUrl: set.CHASQUI_PUBLIC_URL }),
    signIn: signInConfig(set),
    enrolRelays: set.CHASQUI_ENROL_RELAYS,
    enrolAdapters: set.CHASQUI_ENROL_ADAPTERS,
    examples: set.CHASQUI_EXAMPLES,
    http: httpPlace(set),
    rates: {
      reads: set.CHASQUI_RATE_READS,
      writes: set.CHASQUI_RATE_WRITES,
      signIn: set.CHASQUI_RATE_SIGN_IN,
      unknown: set.CHASQUI_RATE_UNKNOWN,
      lines: set.CHASQUI_CHAT_LINES,
    },
    settings: settingsInForce(environment, shape),
    timing: {
      takeWithinMs: set.CHASQUI_TAKE_WITHIN,
      startWithinMs: set.CHASQUI_START_WITHIN,
      commandTimeoutMs: set.CHASQUI_COMMAND_TIMEOUT,
      suspectAfterMs: set.CHASQUI_RELAY_SUSPECT_AFTER,
      offlineAfterMs: set.CHASQUI_RELAY_OFFLINE_AFTER,
    },
    store: {
      valueBytes: set.CHASQUI_STORE_VALUE_BYTES,
      entries: set.CHASQUI_STORE_ENTRIES,
      bytes: set.CHASQUI_STORE_BYTES,
    },
    templates: set.CHASQUI_TEMPLATES,
    tokenMaxAgeMs: set.CHASQUI_TOKEN_MAX_AGE,
    ...(set.CHASQUI_SELF_REGISTRATION && {
      selfRegistration: { group: set.CHASQUI_SELF_REGISTRATION_GROUP },
    }),
    logLevel: set.LOG_LEVEL,
    secrets: secretValues(environment, shape, (path) => readFileSync(path, 'utf8')),
    otlpEndpoint: set.OTEL_EXPORTER_OTLP_ENDPOINT,
    trustedAdapters: [],
  };
}

type HttpSet = Pick<
  z.infer<z.ZodObject<typeof shape>>,
  | 'CHASQUI_HTTP_HOST'
  | 'CHASQUI_HTTP_PORT'
  | 'CHASQUI_TLS_CERT_FILE'
  | 'CHASQUI_TLS_KEY_FILE'
  | 'CHASQUI_TLS_BY_PROXY'
  | 'CHASQUI_TRUSTED_PROXIES'
>;

function httpFaults(set: HttpSet): string[] {
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

function httpPlace(set: HttpSet): HttpPlace {
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

/** The owner's way in: a URL of its own, or another user on the same host. */
function ownerOf(set: z.infer<z.ZodObject<typeof shape>>): { ownerUrl?: string } {
  if (set.DATABASE_MIGRATION_URL !== undefined) return { ownerUrl: set.DATABASE_MIGRATION_URL };
  if (set.DATABASE_MIGRATION_USER === undefined) return {};
  const url = new URL(set.DATABASE_URL ?? databaseUrl(set));
  url.username = encodeURIComponent(set.DATABASE_MIGRATION_USER);
  url.password = encodeURIComponent(set.DATABASE_MIGRATION_PASSWORD ?? '');
  return { ownerUrl: url.href };
}

const noDatabase = 'DATABASE_URL: is not set; set it, or DATABASE_HOST with DATABASE_PASSWORD';

function namesDatabase(environment: Environment): boolean {
  const names = ['DATABASE_URL', 'DATABASE_URL_FILE', 'DATABASE_HOST', 'DATABASE_HOST_FILE'];
  return names.some((name) => environment[name]);
}

function databaseUrl(set: {
  DATABASE_HOST?: string;
  DATABASE_PORT: number;
  DATABASE_NAME: string;
  DATABASE_USER: string;
  DATABASE_PASSWORD?: string;
}): string {
  const url = new URL(
    `postgres://${set.DATABASE_HOST}:${set.DATABASE_PORT}/${encodeURIComponent(set.DATABASE_NAME)}`,
  );
  url.username = encodeURIComponent(set.DATABASE_USER);
  url.password = encodeURIComponent(set.DATABASE_PASSWORD ?? '');
  return url.href;
}
