import type { ChatReply } from '@chasqui/contracts';
import { Recent } from './recent.js';

const oneDay = 86_400_000;

/** Shows a reply unless the same or a later one of its run is shown already. One that could not be shown counts as not shown. */
export function showLatest(
  post: (reply: ChatReply) => Promise<void>,
  now?: () => number,
): (reply: ChatReply) => Promise<void> {
  const shown = new Recent<number>(oneDay, 10_000, now);
  return async (reply) => {
    if (reply.seq <= (shown.get(reply.runId) ?? -1)) return;
    await post(reply);
    shown.set(reply.runId, reply.seq);
  };
}
