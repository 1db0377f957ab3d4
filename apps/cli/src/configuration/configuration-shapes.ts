/* What the API answers, as far as `chasqui` looks at it; its OpenAPI document has the whole. Times are ISO 8601. */

export interface ConfigSource {
  readonly layer: string;
  readonly owner?: string;
  readonly ownerName?: string;
}

export interface ConfigValue extends ConfigSource {
  readonly bundle: string;
  readonly key: string;
  readonly secret: boolean;
  /** Never of a secret. */
  readonly value?: string;
  readonly changedAt: string;
  readonly changedBy: string;
}

export interface EffectiveConfig {
  readonly bundle: string;
  readonly version: string;
  readonly user: string;
  readonly channel?: string;
  readonly values: readonly (ConfigSource & {
    readonly key: string;
    readonly secret: boolean;
    readonly value?: string;
    readonly over: readonly ConfigSource[];
  })[];
  readonly faults: readonly { readonly key: string; readonly code: string; readonly message: string }[];
  readonly unset: readonly string[];
}

/** A setting of the server. */
export interface ServerSetting {
  readonly name: string;
  readonly value?: string;
  readonly secret: boolean;
  readonly from: 'environment' | 'file' | 'default' | 'not set';
  readonly file?: string;
}
