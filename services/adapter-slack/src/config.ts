import { readFileSync } from 'node:fs';
import {
  busFaults,
  busMissing,
  busPlace,
  busShape,
  port,
  readSettings,
  secretValues,
  SettingsError,
  type Environment,
  type BusPlace,
} from '@chasqui/settings';
import { readAdapterToken } from '@chasqui/sealing';
import { z } from 'zod';

const adapterToken = z
  .string()
  .refine(
    (text) => readAdapterToken(text) !== undefined,
    'is not an adapter token; those begin with chq-adapter. and are printed by `chasqui adapter create NAME`',
  );

const shape = {
  /** `xoxb-…`, from "OAuth & Permissions" of the Slack app. */
  SLACK_BOT_TOKEN: z.string().regex(/^xoxb-/, 'is not a bot token; those begin with xoxb-'),
  /** `xapp-…`, an app-level token with `connections:write`. */
  SLACK_APP_TOKEN: z.string().regex(/^xapp-/, 'is not an app-level token; those begin with xapp-'),
  SLACK_API_URL: z.url('is not an address; leave it out for Slack itself').default('https://slack.com/api/'),
  /** What is heard is sealed with it for the API, and replies open with it. Its name is the adapter's. */
  CHASQUI_ADAPTER_TOKEN: adapterToken.optional(),
  /** While a token is exchanged for another: the one before, which replies may still be sealed with. */
  CHASQUI_ADAPTER_PREVIOUS_TOKEN: adapterToken.optional(),
  CHASQUI_ADAPTER_NAME: z.string().optional(),
  CHASQUI_PREFIX: z
    .string()
    .regex(/^[^\s\p{L}\p{N}/@#<>&]{1,3}$/u, 'is one to three signs, such as ! or !!')
    .default('!'),
  CHASQUI_HTTP_HOST: z.string().default('127.0.0.1'),
  CHASQUI_HTTP_PORT: port.default(7402),
  ...busShape,
  LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal']).default('info'),
  OTEL_EXPORTER_OTLP_ENDPOINT: z.string().optional(),
};

export interface SlackSettings {
  readonly botToken: string;
  readonly appToken: string;
  readonly apiUrl: string;
  /** The adapter's name, in topics and in people's identities. */
  readonly name: string;
  /** What begins a command in a room. */
  readonly prefix: string;
}

/** What the Slack adapter is told at its start. */
export interface AdapterConfig {
  readonly slack: SlackSettings;
  /** The adapter's own, and the one it had before. */
  readonly token: string;
  readonly previousToken?: string;
  readonly bus: BusPlace;
  /** Where health and metrics are served. */
  readonly http: { readonly host: string; readonly port: number };
  readonly logLevel: string;
  /** Values that no log line may show. */
  readonly secrets: readonly string[];
  readonly otlpEndpoint?: string;
}

/** Reads the environment. @throws SettingsError with everything that is wrong */
export function readConfig(environment: Environment): AdapterConfig {
  const set = readSettings(environment, shape, undefined, [
    ...busMissing(environment),
    ...(namesToken(environment) ? [] : [noToken(environment)]),
  ]);
  const token = set.CHASQUI_ADAPTER_TOKEN!;
  const previousToken = set.CHASQUI_ADAPTER_PREVIOUS_TOKEN;
  const name = readAdapterToken(token)!.adapter;
  const faults = busFaults(set);
  if (set.CHASQUI_ADAPTER_NAME !== undefined && set.CHASQUI_ADAPTER_NAME !== name)
    faults.push(`CHASQUI_ADAPTER_NAME: is ${set.CHASQUI_ADAPTER_NAME}, but the token is that of ${name}`);
  if (previousToken !== undefined && readAdapterToken(previousToken)!.adapter !== name)
    faults.push(`CHASQUI_ADAPTER_PREVIOUS_TOKEN: is not a token of ${name}`);
  if (faults.length > 0) throw new SettingsError(faults);
  return {
    token,
    ...(previousToken !== undefined && { previousToken }),
    slack: {
      botToken: set.SLACK_BOT_TOKEN,
      appToken: set.SLACK_APP_TOKEN,
      apiUrl: set.SLACK_API_URL,
      name,
      prefix: set.CHASQUI_PREFIX,
    },
    bus: busPlace(set),
    http: { host: set.CHASQUI_HTTP_HOST, port: set.CHASQUI_HTTP_PORT },
    logLevel: set.LOG_LEVEL,
    secrets: secretValues(environment, shape, (path) => readFileSync(path, 'utf8')),
    ...(set.OTEL_EXPORTER_OTLP_ENDPOINT && { otlpEndpoint: set.OTEL_EXPORTER_OTLP_ENDPOINT }),
  };
}

function namesToken(environment: Environment): boolean {
  return Boolean(environment['CHASQUI_ADAPTER_TOKEN'] ?? environment['CHASQUI_ADAPTER_TOKEN_FILE']);
}

/** Also what an installation from before adapters had tokens reads. */
function noToken(environment: Environment): string {
  const name = environment['CHASQUI_ADAPTER_NAME'] ?? 'slack';
  return `CHASQUI_ADAPTER_TOKEN: is not set; every adapter has a token of its own: make one with "chasqui adapter create ${name}" and set it, or CHASQUI_ADAPTER_TOKEN_FILE to a file that holds it`;
}
