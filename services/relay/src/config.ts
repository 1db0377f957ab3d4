import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { DriverName } from '@chasqui/contracts';
import { readRelayToken } from '@chasqui/sealing';
import {
  duration,
  busFaults,
  busMissing,
  busPlace,
  busShape,
  type BusPlace,
  list,
  port,
  readSettings,
  secretValues,
  SettingsError,
  type Environment,
} from '@chasqui/settings';
import { z } from 'zod';
import { kubernetesPlace, kubernetesShape } from './kubernetes-settings.js';
import type { KubernetesSettings } from './drivers/kubernetes-driver.js';
import { defaultPolicy, readPolicy, type Policy } from './policy.js';

/** What a relay is, wherever it runs: `RelayModule` asks for no more. */
export interface RelayConfig {
  readonly name: string;
  /** The secret of its token, from which the keys for orders and reports are derived. */
  readonly secret: Uint8Array;
  /** That of the token before it, while it is exchanged: opens orders that were sealed before, and seals nothing. */
  readonly previousSecret?: Uint8Array;
  /** `key` or `key=value`. */
  readonly tags: readonly string[];
  /** How many executions at once; the others wait. */
  readonly slots: number;
  /** The folder of its journal. */
  readonly stateFolder: string;
  readonly policy: Policy;
  /** Where the policy was read, and is read again when it changes. */
  readonly policyFile?: string | undefined;
  /** Between two looks at that file. Default 10,000. */
  readonly policyEveryMs?: number;
  /** The drivers it uses; without it, the process driver, and the Docker driver where an engine answers at the start. */
  readonly drivers?: readonly DriverName[] | undefined;
  /** `unix:///path` or `tcp://host:port`. */
  readonly dockerHost: string;
  /** An image with a static busybox, in which warm containers wait; without it none are started ahead. */
  readonly dockerAssistant?: string | undefined;
  /** What the engine runs beside its own platform, because it emulates it: `linux/arm64`. */
  readonly dockerPlatforms?: readonly string[];
  /** A Docker `config.json` with registry logins; need not exist. */
  readonly registryLogins?: string | undefined;
  /** The cluster that the Kubernetes driver runs jobs in. */
  readonly kubernetes?: Omit<KubernetesSettings, 'relay'> | undefined;
  /** How long running executions may go on after SIGTERM before they are cancelled, in milliseconds. */
  readonly graceMs: number;
  /** Where commands on this relay reach the API over HTTP; without it they have no key-value store. */
  readonly apiUrl?: string | undefined;
  /** Between two heartbeats. Default 5,000. */
  readonly heartbeatMs?: number;
}

/** A relay as a process of its own. */
export interface RelayProcessConfig extends RelayConfig {
  readonly bus: BusPlace;
  /** Where `/health` and `/metrics` are served; without it they are not. */
  readonly health?: { readonly host: string; readonly port: number } | undefined;
  readonly logLevel: string;
  /** Values that no log line may show. */
  readonly secrets: readonly string[];
  readonly otlpEndpoint?: string | undefined;
}

type ReadFile = (path: string) => string;

const tag = /^[A-Za-z0-9][A-Za-z0-9._/-]{0,62}(=[A-Za-z0-9][A-Za-z0-9._-]{0,62})?$/;

const token = z.string().transform((text, context) => {
  const read = readRelayToken(text);
  if (read) return read;
  context.addIssue({
    code: 'custom',
    message: 'is not a relay token; those begin with chq-relay. and are printed by `chasqui relay create`',
  });
  return z.NEVER;
});

const shape = (readFile: ReadFile) => ({
  CHASQUI_RELAY_TOKEN: token,
  /** While a token is exchanged for another: the one before, which orders may still be sealed with. */
  CHASQUI_RELAY_PREVIOUS_TOKEN: token.optional(),
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
    .transform((file, context) => ({ file, policy: readPolicyFile(file, readFile, context) }))
    .optional(),
  CHASQUI_RELAY_DRIVERS: list
    .pipe(z.array(z.enum(['process', 'docker', 'kubernetes'], 'there are process, docker and kubernetes')))
    .optional(),
  CHASQUI_RELAY_GRACE: duration.default(30_000),
  /** Shorter than half of what the API calls silence (CHASQUI_RELAY_SUSPECT_AFTER). */
  CHASQUI_RELAY_HEARTBEAT: duration.default(5_000),
  CHASQUI_API_URL: z
    .string()
    .regex(/^https?:\/\/[^\s/?#]+(\/[^\s?#]*)?$/, 'is written like https://chasqui.example.org')
    .transform((url) => url.replace(/\/+$/, ''))
    .optional(),
  CHASQUI_HEALTH_HOST: z.string().default('127.0.0.1'),
  CHASQUI_HEALTH_PORT: port.default(9465),
  DOCKER_HOST: z
    .string()
    .regex(/^unix:\/\/\/.|^tcp:\/\/[^/]+:\d+\/?$/, 'is unix:///path or tcp://host:port')
    .default('unix:///var/run/docker.sock'),
  DOCKER_CONFIG: z.string().default(join(homedir(), '.docker')),
  /** Platforms that the engine emulates. */
  CHASQUI_DOCKER_PLATFORMS: list
    .pipe(z.array(z.string().regex(/^[a-z]+\/[a-z0-9]+$/, 'is written like linux/arm64')))
    .default([]),
  /** An image with a static busybox, for containers that are started ahead; `none` for none. */
  CHASQUI_DOCKER_ASSISTANT: z.string().default('docker.io/library/busybox:1.37.0-musl'),
  ...kubernetesShape,
  ...busShape,
  LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']).default('info'),
  OTEL_EXPORTER_OTLP_ENDPOINT: z.string().optional(),
});

/** The configuration of a relay process. @throws SettingsError with everything that is wrong */
export function readConfig(
  environment: Environment,
  readFile: ReadFile = (path) => readFileSync(path, 'utf8'),
): RelayProcessConfig {
  const set = readSettings(environment, shape(readFile), readFile, busMissing(environment));
  const { relay: name, secret } = set.CHASQUI_RELAY_TOKEN;
  const faults = busFaults(set);
  if (set.CHASQUI_RELAY_NAME !== undefined && set.CHASQUI_RELAY_NAME !== name) {
    faults.push(`CHASQUI_RELAY_NAME: is ${set.CHASQUI_RELAY_NAME}, but the token is that of ${name}`);
  }
  const previous = set.CHASQUI_RELAY_PREVIOUS_TOKEN;
  if (previous && previous.relay !== name)
    faults.push(`CHASQUI_RELAY_PREVIOUS_TOKEN: is the token of ${previous.relay}, not of ${name}`);
  if (faults.length > 0) throw new SettingsError(faults);
  return {
    name,
    secret,
    ...(previous && { previousSecret: previous.secret }),
    tags: set.CHASQUI_RELAY_TAGS,
    slots: set.CHASQUI_RELAY_SLOTS,
    stateFolder: set.CHASQUI_RELAY_STATE,
    policy: set.CHASQUI_RELAY_POLICY?.policy ?? defaultPolicy,
    policyFile: set.CHASQUI_RELAY_POLICY?.file,
    drivers: set.CHASQUI_RELAY_DRIVERS,
    dockerHost: set.DOCKER_HOST,
    dockerPlatforms: set.CHASQUI_DOCKER_PLATFORMS,
    dockerAssistant: set.CHASQUI_DOCKER_ASSISTANT === 'none' ? undefined : set.CHASQUI_DOCKER_ASSISTANT,
    registryLogins: join(set.DOCKER_CONFIG, 'config.json'),
    kubernetes: kubernetesPlace(set),
    graceMs: set.CHASQUI_RELAY_GRACE,
    heartbeatMs: set.CHASQUI_RELAY_HEARTBEAT,
    apiUrl: set.CHASQUI_API_URL,
    bus: busPlace(set),
    health:
      set.CHASQUI_HEALTH_PORT === 0
        ? undefined
        : { host: set.CHASQUI_HEALTH_HOST, port: set.CHASQUI_HEALTH_PORT },
    logLevel: set.LOG_LEVEL,
    secrets: secretValues(environment, shape(readFile), readFile),
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
