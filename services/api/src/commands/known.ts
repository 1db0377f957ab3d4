import type { RelayView } from '@chasqui/relay-selection';
import type { Catalogue } from './catalogue.js';

/** The person who asks, and what they may do. */
export interface KnownAsker {
  readonly id: string;
  readonly username: string;
  readonly email: string;
  readonly active: boolean;
  readonly permissions: ReadonlySet<string>;
  readonly groups: readonly string[];
}

/** Everything a decision looks at. Whatever is not in here cannot sway it. */
export interface Known {
  readonly asker?: KnownAsker;
  /** Who it seems to be, for a sentence to somebody we do not know. */
  readonly sender: {
    readonly adapter: string;
    readonly workspace?: string;
    readonly id: string;
    readonly name?: string;
  };
  readonly catalogue: Catalogue;
  readonly relays: readonly RelayView[];
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** Spreads equal relays: the same key chooses the same one. */
  readonly key: string;
}
