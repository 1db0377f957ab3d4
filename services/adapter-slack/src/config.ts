import {
  kafkaFaults,
  kafkaPlace,
  kafkaShape,
  port,
  readSettings,
  SettingsError,
  type Environment,
  type KafkaPlace,
} from '@chasqui/settings';
import { z } from 'zod';

const shape = {
  /** `xoxb-…`, from "OAuth & Permissions" of the Slack app. */
  SLACK_BOT_TOKEN: z.string().regex(/^xoxb-/, 'is not a bot token; those begin with xoxb-'),
  /** `xapp-…`, an app-level token with `connections:write`. */
  SLACK_APP_TOKEN: z.string().regex(/^xapp-/, 'is not an app-level token; those begin with xapp-'),
  SLACK_API_URL: z.url('is not an address; leave it out for Slack itself').default('https://slack.com/api/'),
  CHASQUI_ADAPTER_NAME: z
    .string()
    .regex(
      /^[a-z0-9][a-z0-9-]{0,62}$/,
      'is lower-case letters, digits and dashes, at most 63: it names a topic',
    )
    .default('slack'),
  CHASQUI_PREFIX: z
    .string()
    .regex(/^[^\s\p{L}\p{N}/@#<>&]{1,3}$/u, 'is one to three signs, such as ! or !!')
    .default('!'),
  CHASQUI_HTTP_HOST: z.string().default('127.0.0.1'),
  CHASQUI_HTTP_PORT: port.default(7402),
  ...kafkaShape,
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
  readonly kafka: KafkaPlace;
  /** Where health and metrics are served. */
  readonly http: { readonly host: string; readonly port: number };
  readonly logLevel: string;
  readonly otlpEndpoint?: string;
}

/** Reads the environment. @throws SettingsError with everything that is wrong */
export function readConfig(environment: Environment): AdapterConfig {
  const set = readSettings(environment, shape);
  const faults = kafkaFaults(set);
  if (faults.length > 0) throw new SettingsError(faults);
  return {
    slack: {
      botToken: set.SLACK_BOT_TOKEN,
      appToken: set.SLACK_APP_TOKEN,
      apiUrl: set.SLACK_API_URL,
      name: set.CHASQUI_ADAPTER_NAME,
      prefix: set.CHASQUI_PREFIX,
    },
    kafka: kafkaPlace(set),
    http: { host: set.CHASQUI_HTTP_HOST, port: set.CHASQUI_HTTP_PORT },
    logLevel: set.LOG_LEVEL,
    ...(set.OTEL_EXPORTER_OTLP_ENDPOINT && { otlpEndpoint: set.OTEL_EXPORTER_OTLP_ENDPOINT }),
  };
}
