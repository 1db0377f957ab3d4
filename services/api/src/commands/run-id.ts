import { createHash } from 'node:crypto';
import type { ChatMessage } from '@chasqui/contracts';

/** What makes a chat message the same one wherever it is heard again. */
export function messageKey({ adapter, workspace, id }: Pick<ChatMessage, 'adapter' | 'workspace' | 'id'>) {
  return [adapter, workspace ?? '', id].join('/');
}

/**
 * The id of the run that a chat message makes: the same at every delivery and in every instance, so that what is said of it before it
 * is on record, what stands in the logs and what is on record at last go together. A UUID version 7 (RFC 9562 §5.7) by the time when it
 * was said, whose random bits are a hash.
 */
export function runIdOf(message: ChatMessage): string {
  const id = createHash('sha256').update(messageKey(message)).digest().subarray(0, 16);
  id.writeUIntBE(Math.min(Math.max(0, message.saidAt), 2 ** 48 - 1), 0, 6);
  id[6] = 0x70 | (id[6]! & 0x0f);
  id[8] = 0x80 | (id[8]! & 0x3f);
  return id.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}
