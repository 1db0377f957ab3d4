import {
  duration,
  kafkaFaults,
  kafkaPlace,
  kafkaShape,
  port,
  readSettings,
  SettingsError,
  type Environment,
  type KafkaPlace,
} from '@chasqui/settings';
import { readRelayToken, readSecretKey } from '@chasqui/sealing';
import type { Templates } from '@chasqui/bundles';
import { z } from 'zod';
import { readInstallationTemplates } from './installation-templates.js';
import { relaysIn } from './relays/relays-in.js';
import { usualStoreLimits, type StoreLimits } from './store/store-limits.js';

const key = z.string().transform((text, context) => {
  const bytes = readSecretKey(text);
  if (bytes) return bytes;
  context.addIssue({ code: 'custom', message: 'is not a key; make one with: openssl rand -hex 32' });
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
  DATABASE_CONNECTIONS: z.coerce.number().int().min(2).max(500).default(16),
  ...kafkaShape,
  /** Relay tokens are encrypted in the database with it. */
  CHASQUI_SECRET_KEY: key,
  /** The first administrator's token; without it one is made at first start and printed once. */
  CHASQUI_BOOTSTRAP_TOKEN: z
    .string()
    .regex(/^[\x21-\x7e]{32,512}$/, 'is 32 to 512 printable characters without spaces')
    .optional(),
  /** Relays to create at start if they do not exist: a line each, a token and then its tags. */
  CHASQUI_ENROL_RELAYS: z.string().superRefine(eachNamesRelay).optional(),
  /** A folder of bundles to install and enable at first start. */
  CHASQUI_EXAMPLES: z.string().optional(),
  CHASQUI_HTTP_HOST: z.string().default('127.0.0.1'),
  CHASQUI_HTTP_PORT: port.default(7400),
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
  LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal']).default('info'),
  OTEL_EXPORTER_OTLP_ENDPOINT: z.string().optional(),
};

/** What the API is, wherever it runs: `ApiModule` asks for no more. Lengths of time in milliseconds. */
export interface ApiConfig {
  readonly secretKey: Uint8Array;
  readonly bootstrapToken?: string;
  readonly enrolRelays?: string;
  readonly examples?: string;
  readonly http: { readonly host: string; readonly port: number };
  readonly timing: Timing;
  /** How much commands may keep in the key-value store; without it the usual. */
  readonly store?: StoreLimits;
  /** How results and messages are shown where neither command nor bundle says. */
  readonly templates?: Templates;
  /** Adapters whose sender is a user name, because they run in this very process: the terminal of solo mode. */
  readonly trustedAdapters: readonly string[];
}

/** The API as a process of its own. */
export interface ApiProcessConfig extends ApiConfig {
  readonly database: { readonly url: string; readonly connections: number };
  readonly kafka: KafkaPlace;
  readonly logLevel: string;
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
  const set = readSettings(environment, shape, undefined, namesDatabase(environment) ? [] : [noDatabase]);
  const faults = kafkaFaults(set);
  if (set.CHASQUI_RELAY_OFFLINE_AFTER <= set.CHASQUI_RELAY_SUSPECT_AFTER) {
    faults.push('CHASQUI_RELAY_OFFLINE_AFTER: must be longer than CHASQUI_RELAY_SUSPECT_AFTER');
  }
  if (faults.length > 0) throw new SettingsError(faults);
  return {
    database: { url: set.DATABASE_URL ?? databaseUrl(set), connections: set.DATABASE_CONNECTIONS },
    kafka: kafkaPlace(set),
    secretKey: set.CHASQUI_SECRET_KEY,
    bootstrapToken: set.CHASQUI_BOOTSTRAP_TOKEN,
    enrolRelays: set.CHASQUI_ENROL_RELAYS,
    examples: set.CHASQUI_EXAMPLES,
    http: { host: set.CHASQUI_HTTP_HOST, port: set.CHASQUI_HTTP_PORT },
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
    logLevel: set.LOG_LEVEL,
    otlpEndpoint: set.OTEL_EXPORTER_OTLP_ENDPOINT,
    trustedAdapters: [],
  };
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
