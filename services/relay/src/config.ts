import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { DriverName } from '@chasqui/contracts';
import { readRelayToken } from '@chasqui/sealing';
import {
  duration,
  kafkaFaults,
  kafkaPlace,
  kafkaShape,
  type KafkaPlace,
  list,
  port,
  readSettings,
  SettingsError,
  type Environment,
} from '@chasqui/settings';
import { z } from 'zod';
import { defaultPolicy, readPolicy, type Policy } from './policy.js';

/** What a relay is, wherever it runs: `RelayModule` asks for no more. */
export interface RelayConfig {
  readonly name: string;
  /** The secret of its token, from which the keys for orders and reports are derived. */
  readonly secret: Uint8Array;
  /** `key` or `key=value`. */
  readonly tags: readonly string[];
  /** How many executions at once; the others wait. */
  readonly slots: number;
  /** The folder of its journal. */
  readonly stateFolder: string;
  readonly policy: Policy;
  /** The drivers it uses; without it, the process driver, and the Docker driver where an engine answers at the start. */
  readonly drivers?: readonly DriverName[] | undefined;
  /** `unix:///path` or `tcp://host:port`. */
  readonly dockerHost: string;
  /** A Docker `config.json` with registry logins; need not exist. */
  readonly registryLogins?: string | undefined;
  /** How long running executions may go on after SIGTERM before they are cancelled, in milliseconds. */
  readonly graceMs: number;
  /** Where commands on this relay reach the API over HTTP; without it they have no key-value store. */
  readonly apiUrl?: string | undefined;
  /** Between two heartbeats. Default 5,000. */
  readonly heartbeatMs?: number;
}

/** A relay as a process of its own. */
export interface RelayProcessConfig extends RelayConfig {
  readonly kafka: KafkaPlace;
  /** Where `/health` and `/metrics` are served; without it they are not. */
  readonly health?: { readonly host: string; readonly port: number } | undefined;
  readonly logLevel: string;
  readonly otlpEndpoint?: string | undefined;
}

type ReadFile = (path: string) => string;

const tag = /^[A-Za-z0-9][A-Za-z0-9._/-]{0,62}(=[A-Za-z0-9][A-Za-z0-9._-]{0,62})?$/;

const shape = (readFile: ReadFile) => ({
  CHASQUI_RELAY_TOKEN: z.string().transform((text, context) => {
    const read = readRelayToken(text);
    if (read) return read;
    context.addIssue({
      code: 'custom',
      message: 'is not a relay token; those begin with chq-relay. and are printed by `chasqui relay create`',
    });
    return z.NEVER;
  }),
  CHASQUI_RELAY_NAME: z.string().optional(),
  CHASQUI_RELAY_TAGS: list
    .superRefine((tags, context) => {
      for (const odd of tags.filter((text) => !tag.test(text))) {
        context.addIssue({ code: 'custom', message: `"${odd}" is neither a key nor key=value` });
      }
    })
    .default([]),
  CHASQUI_RELAY_SLOTS: z.coerce
    .number('is a whole number from 1')
    .int('is a whole number from 1')
    .min(1, 'is a whole number from 1')
    .default(8),
  CHASQUI_RELAY_STATE: z.string().default('./.chasqui-relay'),
  CHASQUI_RELAY_POLICY: z
    .string()
    .transform((path, context) => readPolicyFile(path, readFile, context))
    .default(defaultPolicy),
  CHASQUI_RELAY_DRIVERS: list
    .pipe(z.array(z.enum(['process', 'docker'], 'there are process and docker')))
    .optional(),
  CHASQUI_RELAY_GRACE: duration.default(30_000),
  /** Shorter than half of what the API calls silence (CHASQUI_RELAY_SUSPECT_AFTER). */
  CHASQUI_RELAY_HEARTBEAT: duration.default(5_000),
  CHASQUI_API_URL: z
    .string()
    .regex(/^https?:\/\/[^\s/?#]+(\/[^\s?#]*)?$/, 'is written like https://chasqui.example.org')
    .transform((url) => url.replace(/\/+$/, ''))
    .optional(),
  CHASQUI_TRANSPORT: z
    .enum(['kafka'], 'a relay in a process of its own needs kafka; memory is for solo mode')
    .default('kafka'),
  CHASQUI_HEALTH_HOST: z.string().default('127.0.0.1'),
  CHASQUI_HEALTH_PORT: port.default(9465),
  DOCKER_HOST: z
    .string()
    .regex(/^unix:\/\/\/.|^tcp:\/\/[^/]+:\d+\/?$/, 'is unix:///path or tcp://host:port')
    .default('unix:///var/run/docker.sock'),
  DOCKER_CONFIG: z.string().default(join(homedir(), '.docker')),
  ...kafkaShape,
  LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']).default('info'),
  OTEL_EXPORTER_OTLP_ENDPOINT: z.string().optional(),
});

/** The configuration of a relay process. @throws SettingsError with everything that is wrong */
export function readConfig(
  environment: Environment,
  readFile: ReadFile = (path) => readFileSync(path, 'utf8'),
): RelayProcessConfig {
  const set = readSettings(environment, shape(readFile), readFile);
  const { relay: name, secret } = set.CHASQUI_RELAY_TOKEN;
  const faults = kafkaFaults(set);
  if (set.CHASQUI_RELAY_NAME !== undefined && set.CHASQUI_RELAY_NAME !== name) {
    faults.push(`CHASQUI_RELAY_NAME: is ${set.CHASQUI_RELAY_NAME}, but the token is that of ${name}`);
  }
  if (faults.length > 0) throw new SettingsError(faults);
  return {
    name,
    secret,
    tags: set.CHASQUI_RELAY_TAGS,
    slots: set.CHASQUI_RELAY_SLOTS,
    stateFolder: set.CHASQUI_RELAY_STATE,
    policy: set.CHASQUI_RELAY_POLICY,
    drivers: set.CHASQUI_RELAY_DRIVERS,
    dockerHost: set.DOCKER_HOST,
    registryLogins: join(set.DOCKER_CONFIG, 'config.json'),
    graceMs: set.CHASQUI_RELAY_GRACE,
    heartbeatMs: set.CHASQUI_RELAY_HEARTBEAT,
    apiUrl: set.CHASQUI_API_URL,
    kafka: kafkaPlace(set),
    health:
      set.CHASQUI_HEALTH_PORT === 0
        ? undefined
        : { host: set.CHASQUI_HEALTH_HOST, port: set.CHASQUI_HEALTH_PORT },
    logLevel: set.LOG_LEVEL,
    otlpEndpoint: set.OTEL_EXPORTER_OTLP_ENDPOINT,
  };
}

function readPolicyFile(path: string, readFile: ReadFile, context: z.core.$RefinementCtx<string>): Policy {
  try {
    const read = readPolicy(readFile(path));
    if ('policy' in read) return read.policy;
    for (const fault of read.faults) context.addIssue({ code: 'custom', message: `${path}, ${fault}` });
  } catch (error) {
    context.addIssue({ code: 'custom', message: `${path} cannot be read (${(error as Error).message})` });
  }
  return z.NEVER;
}
