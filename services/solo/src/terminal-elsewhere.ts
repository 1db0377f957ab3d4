import type { ChatReply } from '@chasqui/contracts';
import { words } from './terminal-words.js';

/** What stands before a reply that is for another place than this terminal, which is the only one that can show it; undefined for its own. */
export function elsewhere({ room, slot }: Pick<ChatReply, 'room' | 'slot'>): string | undefined {
  if (slot === undefined || room === 'terminal') return undefined;
  return words.goesTo(/^[#@]/.test(room) ? room : `@${room}`);
}
