import type { ChatMessage } from '@chasqui/contracts';
import { words } from './terminal-words.js';

/** What a typed line is: a word of the terminal's own, something said to Chasqui, nothing at all, or neither. */
export type TerminalLine =
  | { readonly kind: 'nothing' }
  | { readonly kind: 'as'; readonly name: string }
  | { readonly kind: 'help' }
  | { readonly kind: 'leave' }
  | { readonly kind: 'wrong'; readonly complaint: string }
  | { readonly kind: 'said'; readonly message: ChatMessage };

/** Reads a line typed by `as` at `now`; what is said to Chasqui gets the id given. */
export function readLine(typed: string, as: string, id: string, now: number): TerminalLine {
  const line = typed.trim();
  if (line === '') return { kind: 'nothing' };
  if (line.startsWith('/')) return ownWord(line);
  if (line.length > 100_000) return { kind: 'wrong', complaint: words.tooLong };
  const prefixed = line.startsWith('!');
  return {
    kind: 'said',
    message: {
      id,
      adapter: 'terminal',
      room: { id: 'terminal', direct: true },
      sender: { id: as, name: as },
      addressed: prefixed ? 'prefix' : 'direct',
      text: prefixed ? line.slice(1).trim() : line,
      saidAt: now,
    },
  };
}

function ownWord(line: string): TerminalLine {
  const [word, ...rest] = line.split(/\s+/);
  if (word === '/help' || word === '/?') return { kind: 'help' };
  if (word === '/quit' || word === '/exit') return { kind: 'leave' };
  if (word !== '/as') return { kind: 'wrong', complaint: words.noSuchWord(word!) };
  return rest.length === 1 ? { kind: 'as', name: rest[0]! } : { kind: 'wrong', complaint: words.asWhom };
}
