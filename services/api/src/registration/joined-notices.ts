import type { EntityManager } from 'typeorm';
import { registrationSentences as say, rendered } from '@chasqui/replies';
import type { Principal } from '../http/principal.js';
import { newId } from '../ids.js';
import { outboxRow, type OutboxRow } from '../runs/outbox.service.js';
import { replyMessages } from '../runs/reply-to.js';

/** Who was joined just now. */
interface Joined {
  readonly adapter: string;
  readonly workspace: string;
  readonly external_id: string;
  readonly name: string | null;
}

/**
 * What is said after a join, in private: to whom was joined, whose user they are now; and to every other chat identity of that user, who was
 * joined. Whoever was talked into confirming somebody else's code learns of it there, and how it is undone.
 */
export async function joinedNotices(
  manager: EntityManager,
  { id, username }: Principal,
  joined: Joined,
): Promise<OutboxRow[]> {
  const others = await manager.query<Omit<Joined, 'name'>[]>(
    `select adapter, workspace, external_id from chat_identities
     where user_id = $1 and (adapter, workspace, external_id) <> ($2, $3, $4)`,
    [id, joined.adapter, joined.workspace, joined.external_id],
  );
  return [
    ...noticeTo(joined, say.joined(username)),
    ...others.flatMap((other) => noticeTo(other, say.joinedElsewhere(username, joined))),
  ];
}

function noticeTo({ adapter, workspace, external_id }: Omit<Joined, 'name'>, text: string): OutboxRow[] {
  const id = newId();
  const address = {
    runId: id,
    adapter,
    ...(workspace !== '' && { workspace }),
    room: external_id,
    recipient: external_id,
    slot: external_id,
    inReplyTo: id,
  };
  return replyMessages(address, rendered('succeeded', [{ kind: 'text', text }]), 1).map(outboxRow);
}
