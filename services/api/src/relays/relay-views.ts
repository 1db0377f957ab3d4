import type { RelayView } from '@chasqui/relay-selection';
import type { Timing } from '../config.js';
import { standingOf, type KnownRelay } from './relay-state.js';

/** A view, what it was made of, and for how long it holds as long as that stays: milliseconds since the epoch. */
interface Kept {
  readonly relay: KnownRelay;
  readonly view: RelayView;
  readonly from: number;
  readonly until: number;
}

/**
 * Every relay as the choice of one sees it, kept from one choice to the next: there may be ten thousand, looked at for each line, and few of
 * them change in between. What is known of a relay is never changed but replaced, so the same object is the same view, until its silence
 * makes it suspect or offline.
 */
export class RelayViews {
  private readonly kept: Kept[] = [];

  constructor(private readonly timing: Timing) {}

  /** The views of these relays, of the revoked none. In their order, which should stay the same from call to call. */
  of(relays: Iterable<KnownRelay>, now: number): RelayView[] {
    const views: RelayView[] = [];
    for (const relay of relays) {
      if (relay.revokedAt !== undefined) continue;
      const at = views.length;
      let kept = this.kept[at];
      if (kept?.relay !== relay || now >= kept.until || now < kept.from)
        this.kept[at] = kept = {
          relay,
          view: this.viewOf(relay, now),
          from: now,
          until: this.until(relay, now),
        };
      views.push(kept.view);
    }
    this.kept.length = views.length;
    return views;
  }

  private viewOf(relay: KnownRelay, now: number): RelayView {
    return {
      name: relay.name,
      tags: relay.tags,
      givenTags: relay.givenTags,
      ...standingOf(relay, this.timing, now),
      drivers: relay.heartbeat?.drivers ?? [],
      platform: relay.heartbeat?.platform,
      enginePlatforms: relay.heartbeat?.platforms,
      inFlight: Math.max(0, (relay.heartbeat?.inFlight ?? 0) + relay.sentSince),
      slots: relay.heartbeat?.slots ?? 1,
    };
  }

  /** When its silence will count for more than it does now. */
  private until({ lastSeenAt }: KnownRelay, now: number): number {
    if (lastSeenAt === undefined) return Infinity;
    const turns = [lastSeenAt + this.timing.suspectAfterMs, lastSeenAt + this.timing.offlineAfterMs];
    return Math.min(...turns.filter((at) => at > now));
  }
}
