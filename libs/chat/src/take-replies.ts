import { ChatReply } from '@chasqui/contracts';
import { openWithAny } from '@chasqui/sealing';
import { Park } from '@chasqui/transport';
import type { Credential } from './credential.js';

/** So long after it was sealed a reply may still be shown, in milliseconds: what was missed is told, what is brought again much later is not. */
const shownWithin = { running: 10 * 60_000, final: 24 * 60 * 60_000 };

export type ReplyFault = 'unsealed' | 'malformed' | 'stale';

/**
 * Opens replies and shows them. What the API did not seal for this adapter is shown nowhere: who can write to the broker can say nothing in
 * a chat.
 * @param refused told why, before it is parked
 */
export function takeReplies(
  { name, keys, previous }: Credential,
  show: (reply: ChatReply) => Promise<void>,
  refused?: (why: ReplyFault, detail: string) => void,
  now: () => number = Date.now,
): (sealed: string) => Promise<void> {
  const usable = [keys.replies, ...(previous ? [previous.replies] : [])];
  const park = (why: ReplyFault, detail: string) => {
    refused?.(why, detail);
    return new Park(why === 'stale' ? 'failed' : why, detail);
  };
  return async (sealed) => {
    const opened = openWithAny(sealed, name, 'to-adapter', usable);
    if (opened === undefined)
      throw park('unsealed', `it was not sealed for ${name} with the token that it has`);
    const { data: reply, error } = ChatReply.safeParse(opened);
    if (!reply) throw park('malformed', error.issues.map(({ path }) => path.join('.')).join(', '));
    if (reply.adapter !== name) throw park('unsealed', `it is for ${reply.adapter}`);
    const within = reply.mark === 'running' ? shownWithin.running : shownWithin.final;
    if (reply.at !== undefined && reply.at + within < now())
      throw park('stale', `it was sealed at ${new Date(reply.at).toISOString()}`);
    await show(reply);
  };
}
