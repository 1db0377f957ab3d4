import type { Block, ExecutionState, ReplyMark } from '@chasqui/contracts';
import type { ToldWait } from '@chasqui/replies';
import type { ToldFault } from './server-error.js';

/* What the API answers, as far as `chasqui` looks at it; the API's OpenAPI document has the whole. Times are ISO 8601. */

export interface Run {
  readonly id: string;
  readonly line: string;
  /** Several stages: the result is in `reply`. */
  readonly staged?: true;
  readonly status: ExecutionState;
  readonly code?: string;
  readonly bundle?: string;
  readonly command?: string;
  readonly version?: string;
  readonly adapter: string;
  readonly room?: string;
  readonly user?: { readonly username: string; readonly email: string };
  readonly relay?: string;
  readonly exitCode?: number;
  readonly acceptedAt: string;
  readonly startedAt?: string;
  readonly finishedAt?: string;
  readonly durationMs?: number;
  readonly cancel?: { readonly by: string; readonly at: string };
  readonly reply?: { readonly text: string; readonly mark: ReplyMark; readonly blocks: readonly Block[] };
  readonly executions?: readonly RunExecution[];
}

/** A file that a run left. */
export interface RunFile {
  readonly executionId: string;
  readonly relay: string;
  readonly name: string;
  readonly bytes: number;
}

/** What came of a request to cancel a run. */
export interface CancelAnswer {
  readonly runId: string;
  readonly state: 'cancelled' | 'requested' | 'unconfirmed' | 'over';
  readonly status: ExecutionState;
  readonly by?: string;
  readonly waitingFor: readonly { readonly relay: string; readonly state: string; readonly since: string }[];
  readonly text: string;
}

/** A lock, or the limit of a command, with who has it and who waits. */
export interface Lock {
  readonly kind: 'lock' | 'limit';
  readonly name: string;
  readonly most?: number;
  readonly holders: readonly (LockUser & { readonly since?: string; readonly lostUntil?: string })[];
  readonly waiting: readonly (LockUser & { readonly position: number; readonly until?: string })[];
}

interface LockUser {
  readonly runId: string;
  readonly username: string;
  readonly command: string;
}

export interface RunExecution {
  readonly id: string;
  readonly relay: string;
  readonly attempt?: number;
  readonly stage?: number;
  readonly item?: number;
  readonly status: ExecutionState;
  /** What it waits for, where it does. */
  readonly waits?: ToldWait;
  readonly code?: string;
  readonly exitCode?: number;
  readonly startedAt?: string;
  readonly finishedAt?: string;
  /** Other ends that its relay reported afterwards. */
  readonly late?: readonly {
    readonly status: ExecutionState;
    readonly exitCode?: number;
    readonly reportedAt: string;
  }[];
  readonly outputBytes?: number;
  readonly droppedBytes?: number;
}

export interface RunOutput {
  readonly executionId: string;
  readonly relay: string;
  readonly stream: 'stdout' | 'stderr';
  readonly text?: string;
  readonly base64?: string;
}

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

export interface User {
  readonly id: string;
  readonly username: string;
  readonly email: string;
  readonly fullName?: string;
  readonly active: boolean;
  readonly kind?: 'person' | 'service';
  readonly subjects?: readonly { readonly issuer: string; readonly subject: string }[];
  readonly groups: readonly string[];
  readonly identities: readonly {
    readonly adapter: string;
    readonly workspace?: string;
    readonly id: string;
  }[];
  readonly createdAt: string;
}

export interface Group {
  readonly name: string;
  readonly members: readonly string[];
  readonly roles: readonly string[];
}

export interface Role {
  readonly name: string;
  readonly permissions: readonly string[];
  readonly limited?: readonly LimitedPermission[];
}

/** A permission that counts for one thing only. */
export interface LimitedPermission {
  readonly permission: string;
  readonly of: 'bundle' | 'relay' | 'application';
  readonly what: string;
}

export interface Token {
  readonly name: string;
  readonly prefix: string;
  readonly createdAt: string;
  readonly expiresAt?: string;
  readonly lastUsedAt?: string;
  readonly scopes?: readonly string[];
  readonly createdBy?: string;
}

export interface Alias {
  readonly name: string;
  readonly line: string;
  readonly site: boolean;
  readonly setAt: string;
  readonly setBy: string;
}

export interface Schedule {
  readonly name: string;
  readonly owner: string;
  readonly when: string;
  readonly line: string;
  readonly missed: 'skip' | 'once';
  readonly missedCount: number;
  readonly scopes?: readonly string[];
  readonly adapter: string;
  readonly room?: string;
  readonly state: string;
  readonly next: readonly string[];
  readonly last?: { readonly dueAt: string; readonly runId: string; readonly status?: string };
}

/** A token of a relay or an adapter, never what it is. */
export interface Credential {
  readonly createdAt: string;
  readonly until?: string;
  readonly inUse: boolean;
  readonly usedSince?: string;
  readonly lastUsedAt?: string;
}

export interface Adapter {
  readonly name: string;
  readonly state: string;
  readonly workspaces: readonly string[];
  readonly createdAt: string;
  readonly revokedAt?: string;
  readonly rejectedAt?: string;
  readonly tokens: readonly Credential[];
}

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

/** A session that is sent as a token. */
export interface SignedIn {
  readonly username: string;
  readonly token: string;
  readonly expiresAt: string;
}

export interface SignInMethods {
  readonly password: boolean;
  readonly provider?: { readonly name: string; readonly issuer: string };
}

/** Times in seconds. */
export interface DeviceCode {
  readonly deviceToken: string;
  readonly userCode: string;
  readonly verificationUri: string;
  readonly verificationUriComplete?: string;
  readonly expiresIn: number;
  readonly interval: number;
}

export interface SignInSession {
  readonly id: string;
  readonly kind: string;
  readonly address?: string;
  readonly agent?: string;
  readonly createdAt: string;
  readonly lastSeenAt: string;
  readonly endsAt: string;
  readonly current: boolean;
}

export interface NewToken {
  readonly name: string;
  readonly token: string;
  readonly expiresAt?: string;
}

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

export interface StoreEntry {
  readonly key: string;
  readonly type: string;
  readonly bytes: number;
  readonly version: string;
  readonly changedAt: string;
  readonly changedByRun: string;
  readonly expiresAt?: string;
  readonly value?: string;
}

export interface StoreUsage {
  readonly bundle: string;
  readonly entries: number;
  readonly bytes: number;
  readonly shelves: readonly {
    readonly scope: string;
    readonly owner?: string;
    readonly entries: number;
    readonly bytes: number;
  }[];
}

/** Who in which chat asked for a code. */
export interface Candidate {
  readonly adapter: string;
  readonly workspace?: string;
  readonly id: string;
  readonly name?: string;
  readonly room?: string;
  readonly askedAt: string;
  readonly expiresAt: string;
}

export interface JoinedIdentity {
  readonly adapter: string;
  readonly workspace?: string;
  readonly id: string;
  readonly joinedAt: string;
  readonly joinedBy: string;
}

export interface IdentityOfUser extends JoinedIdentity {
  readonly username: string;
}

export interface SiteRule {
  readonly name: string;
  readonly on: string;
  readonly rule: string;
  readonly enabled: boolean;
  readonly createdAt: string;
  readonly createdBy: string;
  readonly changedAt: string;
  readonly changedBy: string;
}

export interface ProtectedRelays {
  readonly selector: string;
  readonly relays: readonly string[];
  readonly protectedAt: string;
  readonly protectedBy: string;
}

export interface ProtectedTag {
  readonly tag: string;
  readonly relays: readonly string[];
  readonly refusedFor: readonly string[];
  readonly protectedAt: string;
  readonly protectedBy: string;
}

/** A channel of which it is said where its commands run. */
export interface Channel {
  readonly channel: string;
  readonly name?: string;
  readonly selector: string;
  readonly setAt: string;
  readonly setBy: string;
}

/** What stored secrets are encrypted with. */
export interface SecretsStatus {
  /** Ids, the current one first. */
  readonly keys: readonly string[];
  readonly secrets: readonly { readonly of: string; readonly key: string; readonly count: number }[];
}

export interface ReencryptedSecrets {
  readonly reencrypted: number;
  readonly unreadable: readonly { readonly of: string; readonly row: string }[];
  readonly next?: string;
}

/** A setting of the server. */
export interface ServerSetting {
  readonly name: string;
  readonly value?: string;
  readonly secret: boolean;
  readonly from: 'environment' | 'file' | 'default' | 'not set';
  readonly file?: string;
}
