import { readFileSync } from 'node:fs';
import {
  busFaults,
  busMissing,
  busPlace,
  busShape,
  duration,
  flag,
  readSettings,
  secretValues,
  SettingsError,
  settingsInForce,
  type BusPlace,
  type Environment,
  type SettingInForce,
} from '@chasqui/settings';
import type { Templates } from '@chasqui/bundles';
import { z } from 'zod';
import { enrolmentShape } from './credentials/enrolment-settings.js';
import {
  databaseFaults,
  databaseMissing,
  databasePlace,
  databaseShape,
  type DatabasePlace,
} from './database-settings.js';
import {
  httpFaults,
  httpPlace,
  httpShape,
  ratesOf,
  type HttpPlace,
  type Rates,
} from './http/http-settings.js';
import { readInstallationTemplates } from './installation-templates.js';
import { usualScheduleLimits, type ScheduleLimits } from './schedules/schedule-limits.js';
import { keyShape } from './secrets/key-settings.js';
import type { SignInConfig } from './sign-in/sign-in-config.js';
import { signInConfig, signInFaults, signInShape } from './sign-in/sign-in-settings.js';
import { usualStoreLimits, type StoreLimits } from './store/store-limits.js';

const templates = z.string().transform((text, context) => {
  const read = readInstallationTemplates(text);
  if ('templates' in read) return read.templates;
  for (const message of read.faults) context.addIssue({ code: 'custom', message });
  return z.NEVER;
});

/** How long a command waits for its lock where nobody says, in milliseconds. */
export const usualLockWaitMs = 600_000;

const amount = z.coerce.number('is a whole number').int('is a whole number').min(1, 'is at least 1');

const shape = {
  ...databaseShape,
  ...busShape,
  /** How old an entry of the audit log may grow before "main.js prune-audit" removes it; without it nothing is removed. */
  CHASQUI_AUDIT_KEEP: duration.optional(),
  ...keyShape,
  ...signInShape,
  /** With it the first administrator is made, by "chasqui bootstrap"; without it one is made and printed at each start until there is one. */
  CHASQUI_BOOTSTRAP_TOKEN: z
    .string()
    .regex(/^[\x21-\x7e]{32,512}$/, 'is 32 to 512 printable characters without spaces')
    .optional(),
  ...enrolmentShape,
  /** A folder of bundles to install and enable at first start. */
  CHASQUI_EXAMPLES: z.string().optional(),
  ...httpShape,
  /** A chat message that could not be taken up by then is not run. */
  CHASQUI_TAKE_WITHIN: duration.default(600_000),
  /** An order that no relay has started by then is never started. */
  CHASQUI_START_WITHIN: duration.default(60_000),
  CHASQUI_COMMAND_TIMEOUT: duration.default(60_000),
  /** A command waits so long for its lock, or for others of it to end, where its line does not say with --wait. */
  CHASQUI_LOCK_WAIT: duration.default(usualLockWaitMs),
  CHASQUI_RELAY_SUSPECT_AFTER: duration.default(15_000),
  CHASQUI_RELAY_OFFLINE_AFTER: duration.default(45_000),
  /** The longest value that a command may keep, and how many entries and bytes a bundle may have. Bytes. */
  CHASQUI_STORE_VALUE_BYTES: amount.max(900_000).default(usualStoreLimits.valueBytes),
  CHASQUI_STORE_ENTRIES: amount.default(usualStoreLimits.entries),
  CHASQUI_STORE_BYTES: amount.default(usualStoreLimits.bytes),
  /** How many schedules one person may have, and how far the firings of one are apart at least. */
  CHASQUI_SCHEDULES_PER_PERSON: amount.default(usualScheduleLimits.most),
  CHASQUI_SCHEDULE_SHORTEST: duration.default(usualScheduleLimits.shortestMs),
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
  /** How many schedules there may be, and how often they fire; without it the usual. */
  readonly schedules?: ScheduleLimits;
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

/** The API as a process of its own. */
export interface ApiProcessConfig extends ApiConfig {
  readonly database: DatabasePlace;
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
  /** How long a command waits for its lock, or for others of it to end, where nobody says; without it the usual. */
  readonly lockWaitMs?: number;
}

/** Reads the environment of a service that runs on its own. @throws SettingsError with everything that is wrong. */
export function readConfig(environment: Environment): ApiProcessConfig {
  const set = readSettings(environment, shape, undefined, [
    ...busMissing(environment),
    ...databaseMissing(environment),
  ]);
  const faults = [...busFaults(set), ...databaseFaults(set), ...httpFaults(set), ...signInFaults(set)];
  if (set.CHASQUI_RELAY_OFFLINE_AFTER <= set.CHASQUI_RELAY_SUSPECT_AFTER) {
    faults.push('CHASQUI_RELAY_OFFLINE_AFTER: must be longer than CHASQUI_RELAY_SUSPECT_AFTER');
  }
  if (faults.length > 0) throw new SettingsError(faults);
  return {
    database: databasePlace(set),
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
    rates: ratesOf(set),
    settings: settingsInForce(environment, shape),
    timing: {
      takeWithinMs: set.CHASQUI_TAKE_WITHIN,
      startWithinMs: set.CHASQUI_START_WITHIN,
      commandTimeoutMs: set.CHASQUI_COMMAND_TIMEOUT,
      lockWaitMs: set.CHASQUI_LOCK_WAIT,
      suspectAfterMs: set.CHASQUI_RELAY_SUSPECT_AFTER,
      offlineAfterMs: set.CHASQUI_RELAY_OFFLINE_AFTER,
    },
    store: {
      valueBytes: set.CHASQUI_STORE_VALUE_BYTES,
      entries: set.CHASQUI_STORE_ENTRIES,
      bytes: set.CHASQUI_STORE_BYTES,
    },
    schedules: { most: set.CHASQUI_SCHEDULES_PER_PERSON, shortestMs: set.CHASQUI_SCHEDULE_SHORTEST },
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
