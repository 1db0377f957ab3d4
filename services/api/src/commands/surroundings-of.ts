import type { Surroundings } from '@chasqui/access-rules';
import type { Known, KnownAsker } from './known.js';

/** What of where a line was said rules may look at; kept with a plan, for the stages that are judged later. Plain data. */
export type Said = Pick<
  Surroundings,
  'channel' | 'channelName' | 'adapter' | 'direct' | 'origin' | 'application'
>;

export function saidAt({ place, origin }: Pick<Known, 'place' | 'origin'>): Said {
  const { channel, roomName, adapter, direct, application } = place;
  return {
    channel,
    ...(roomName !== undefined && { channelName: roomName }),
    adapter,
    direct,
    origin,
    ...(application !== undefined && { application }),
  };
}

/** Where somebody says a line, who they are and when it is; without the relay, which is chosen by this. */
export function surroundingsOf(known: Known, { groups }: KnownAsker): Surroundings {
  return { ...saidAt(known), groups, now: known.now };
}
