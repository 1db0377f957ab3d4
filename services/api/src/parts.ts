import type { Logger, MetricsText } from '@chasqui/telemetry';
import type { Transport } from '@chasqui/transport';
import type { DataSource } from 'typeorm';
import type { ApiConfig } from './config.js';

/** What the API stands on; whoever starts it opens and closes these. */
export interface ApiParts {
  readonly config: ApiConfig;
  readonly dataSource: DataSource;
  readonly transport: Transport;
  readonly logger: Logger;
  readonly metrics: () => Promise<MetricsText>;
  /** Gets the first administrator's token, once and at once when it has been made. */
  readonly tellAdmin?: (token: string) => void;
  /** Gets a token with which the first administrator can be made, at each start until there is one. */
  readonly tellBootstrapToken?: (token: string) => void;
}

/** What is put together outside and handed to the API: injection tokens. */
export const CONFIG = Symbol('ApiConfig');
export const TRANSPORT = Symbol('Transport');
export const LOGGER = Symbol('Logger');
export const METRICS = Symbol('Metrics');
