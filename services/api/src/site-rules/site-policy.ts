import type { Rule } from '@chasqui/access-rules';
import { isSelectorFault, matches, parseTag, type Selector, type Tag } from '@chasqui/relay-selection';

/** A rule of a command's own bundle, or one that an operator added to the site. */
export interface PooledRule extends Rule {
  readonly from: 'bundle' | 'site';
  /** A site rule's name. */
  readonly name?: string;
}

/** A site rule that is in force. */
export interface SiteRule extends PooledRule {
  readonly from: 'site';
  readonly name: string;
  /** Which commands it is for: `ops:restart`, `ops:*`, `*`. */
  readonly on: string;
}

/** Relays that only those may use who have `relay:use` for them. */
export interface Protection {
  /** In canonical text. */
  readonly text: string;
  readonly selector: Selector;
}

/** Those that are over a relay. */
export function protecting(
  protections: readonly Protection[],
  relay: Parameters<typeof matches>[1],
): readonly Protection[] {
  return protections.filter(({ selector }) => matches(selector, relay));
}

/** What operators have laid down for the whole site, as of one revision. Does not change. */
export class SitePolicy {
  static readonly none = new SitePolicy([], []);

  /** By the rules of a bundle's command, for as long as somebody holds those: much is worked out from an array of rules once. */
  private readonly pools = new WeakMap<readonly PooledRule[], readonly PooledRule[]>();

  /** By the array of a relay's tags, which selectors remember too; it stays the same where only who gave them changes. */
  private readonly counting = new WeakMap<readonly string[], Counted>();
  private readonly protectedKeys: ReadonlySet<string>;

  /**
   * @param protectedTags tags that only those may put on a relay who have `relay:tag` for them; one without a value is every tag of its key
   * @param channels what must hold of a relay beside all else, for what is said in a channel
   */
  constructor(
    readonly rules: readonly SiteRule[],
    readonly protections: readonly Protection[],
    readonly protectedTags: readonly Tag[] = [],
    readonly channels: ReadonlyMap<string, Selector> = new Map(),
  ) {
    const requirements = protections.flatMap(({ selector }) => selector.requirements);
    this.protectedKeys = new Set(requirements.map(({ key }) => key));
  }

  /** The rules of a command: its bundle's, and those of the site that are for it. The same array each time. */
  pooled(command: string, own: readonly PooledRule[]): readonly PooledRule[] {
    if (this.rules.length === 0) return own;
    let pool = this.pools.get(own);
    if (!pool) {
      const sites = this.rules.filter(({ on }) => isFor(on, command));
      this.pools.set(own, (pool = sites.length > 0 ? [...own, ...sites] : own));
    }
    return pool;
  }

  /** Whether a tag is protected: by itself, or because a protected selector speaks of its key, so that who may use a relay hangs on it. */
  protectsTag(text: string): boolean {
    const tag = parseTag(text);
    if (isSelectorFault(tag)) return false;
    const { key, value = '' } = tag;
    if (this.protectedKeys.has(key)) return true;
    return this.protectedTags.some(
      (one) => one.key === key && (one.value === undefined || one.value === value),
    );
  }

  /**
   * A relay with the tags that count. Whoever runs a relay may have it say tags of itself; of those that are protected only those count that
   * an operator gave it, or a relay could make itself out to be one that some things are kept for.
   */
  asCounted<R extends Tagged>(relay: R): R {
    const { tags, givenTags } = relay;
    if (givenTags === undefined || (this.protectedKeys.size === 0 && this.protectedTags.length === 0))
      return relay;
    let counted = this.counting.get(tags);
    if (counted?.given !== givenTags) {
      const those = tags.filter((tag) => givenTags.includes(tag) || !this.protectsTag(tag));
      this.counting.set(
        tags,
        (counted = { given: givenTags, tags: those.length < tags.length ? those : tags }),
      );
    }
    return counted.tags === tags ? relay : { ...relay, tags: counted.tags };
  }
}

/** What of a relay is looked at here. */
interface Tagged {
  readonly tags: readonly string[];
  readonly givenTags?: readonly string[];
}

interface Counted {
  readonly given: readonly string[];
  readonly tags: readonly string[];
}

/** Whether `ops:restart`, `ops:*` or `*` is for this command. */
export function isFor(on: string, command: string): boolean {
  return on === '*' || on === command || (on.endsWith(':*') && command.startsWith(on.slice(0, -1)));
}
