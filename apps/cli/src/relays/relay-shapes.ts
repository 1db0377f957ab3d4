/* What the API answers, as far as `chasqui` looks at it; its OpenAPI document has the whole. Times are ISO 8601. */

export interface Relay {
  readonly name: string;
  readonly tags: readonly string[];
  readonly state: string;
  readonly since: string;
  readonly lastSeenAt?: string;
  readonly drivers: readonly string[];
  readonly inFlight: number;
  readonly slots: number;
  readonly version?: string;
  readonly platform?: string;
  readonly rejectedAt?: string;
  readonly tokens?: readonly Credential[];
  /** What it says of itself and does not count, because these tags are protected. */
  readonly refusedTags?: readonly string[];
  readonly drain?: RelayWish & { readonly emptySince?: string };
  readonly pause?: RelayWish;
  /** What was ordered there, or is to be, and is not over. */
  readonly unfinished?: number;
  readonly startedAt?: string;
  readonly enginePlatforms?: readonly string[];
  /** How far its clock is ahead of the server's. */
  readonly clockOffsetMs?: number;
  readonly images?: readonly string[];
}

/** What an operator wants of a relay, since when and why. */
export interface RelayWish {
  readonly since: string;
  readonly note?: string;
}

/** A token of a relay or an adapter, never what it is. */
export interface Credential {
  readonly createdAt: string;
  readonly until?: string;
  readonly inUse: boolean;
  readonly usedSince?: string;
  readonly lastUsedAt?: string;
}
