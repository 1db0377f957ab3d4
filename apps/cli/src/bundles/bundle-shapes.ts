import type { ToldFault } from '../server/server-error.js';

/* What the API answers, as far as `chasqui` looks at it; its OpenAPI document has the whole. Times are ISO 8601. */

export interface BundleSummary {
  readonly name: string;
  readonly version: string;
  readonly description: string;
  readonly enabled: boolean;
  readonly installedAt: string;
  readonly installedBy: string;
  readonly sha256: string;
  readonly commands: readonly string[];
  readonly warnings?: readonly ToldFault[];
  /** What differs from the same version that was there before, where it was replaced. */
  readonly replaced?: readonly string[];
}

export interface BundleDetails extends Omit<BundleSummary, 'commands'> {
  readonly source: string;
  readonly commands: readonly {
    readonly name: string;
    readonly description: string;
    readonly rules: readonly string[];
    readonly relay?: string;
  }[];
  readonly permissions: readonly string[];
  readonly relay?: string;
}
