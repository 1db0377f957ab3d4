import type { Origin } from '@chasqui/access-rules';
import type { RelayView } from '@chasqui/relay-selection';
import type { ConfigurationView } from '../configuration/configuration-view.js';
import type { ScopedPermission } from '../people/scoped-permission.js';
import type { HowToBeKnown } from '../registration/how-to-be-known.js';
import type { RunSchedule } from '../schedules/run-schedule.js';
import type { SitePolicy } from '../site-rules/site-policy.js';
import type { Aliases } from './expand.js';
import type { Catalogue } from './catalogue.js';

/** The person who asks, and what they may do. */
export interface KnownAsker {
  readonly id: string;
  readonly username: string;
  readonly email: string;
  readonly active: boolean;
  /** Those that count everywhere: what rules see. */
  readonly permissions: ReadonlySet<string>;
  /** Those that count for some things only. */
  readonly scoped: readonly ScopedPermission[];
  /** The permissions that their token is for; undefined where it is for everything, and in a chat. Both of the above are cut to them. */
  readonly scopes?: readonly string[];
  /** What was cut off by them. */
  readonly withheld?: readonly string[];
  readonly groups: readonly string[];
}

/** Somebody whom a line may name. `externalId` is who they are in the chat it was said in, where that is known. */
export interface KnownPerson {
  readonly username: string;
  readonly externalId?: string;
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
    readonly becomesKnown?: HowToBeKnown;
  };
  /** Where it was said. */
  readonly place: {
    readonly room: string;
    readonly roomName?: string;
    /** The room in one word, as configuration and the store know it. */
    readonly channel: string;
    readonly adapter: string;
    /** Whether nobody else hears it. */
    readonly direct: boolean;
    readonly application?: string;
  };
  /** How it reached us. */
  readonly origin: Origin;
  /** The schedule that says it, where nobody does. */
  readonly schedule?: RunSchedule;
  /** With the rules of the site among those of its commands. */
  readonly catalogue: Catalogue;
  /** What operators laid down for the whole site: rules, and relays that only some may use. */
  readonly policy: SitePolicy;
  readonly configuration: ConfigurationView;
  readonly aliases: Aliases;
  /** The people that the line names, by the name it gives them. */
  readonly people: ReadonlyMap<string, KnownPerson>;
  /** Rooms of this chat, name to id. */
  readonly rooms: ReadonlyMap<string, string>;
  /** People whom the provider itself told us of in this message, name to id. */
  readonly mentioned: ReadonlyMap<string, string>;
  readonly relays: readonly RelayView[];
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** When the line was said. */
  readonly saidAt: number;
  /** How long after that it may still be taken up, in milliseconds. */
  readonly takeWithinMs: number;
  /** Spreads equal relays: the same key chooses the same one. */
  readonly key: string;
}
