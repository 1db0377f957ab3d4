import type { ChatReply } from '@chasqui/contracts';
import { Recent } from './recent.js';

const oneDay = 86_400_000;

/**
 * Shows a reply unless the same or a later one of its run, for the same place, is shown already. One that could not be shown counts as not
 * shown.
 * @param passedOver told of each that is not shown because of that
 */
export function showLatest(
  post: (reply: ChatReply) => Promise<void>,
  now?: () => number,
  passedOver?: (reply: ChatReply) => void,
): (reply: ChatReply) => Promise<void> {
  const shown = new Recent<number>(oneDay, 10_000, now);
  return async (reply) => {
    const place = placeOf(reply);
    if (reply.seq <= (shown.get(place) ?? -1)) return passedOver?.(reply);
    await post(reply);
    shown.set(place, reply.seq);
  };
}

/** Which message of a chat a reply is, or replaces: a run has one where it was asked, and one in each place its result was sent to. */
export function placeOf({ runId, slot }: Pick<ChatReply, 'runId' | 'slot'>): string {
  return slot === undefined ? runId : `${runId} ${slot}`;
}
