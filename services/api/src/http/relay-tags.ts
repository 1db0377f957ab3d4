/** The tags of a relay, for permissions that are limited to some. The relays feature provides it; the guard asks it where a limit is a selector. */
export abstract class RelayTags {
  /** Undefined for a relay that there is not. */
  abstract tagsOf(relay: string): Promise<readonly string[] | undefined>;
}
