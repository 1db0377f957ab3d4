import type { ChatMessage } from '@chasqui/contracts';
import type { Known } from './known.js';

/** Where a line was said, as a message tells it, with the rooms and people that the chat itself told of. */
export function whereSaid({ sender, place, mentioned, rooms }: Known) {
  return {
    adapter: sender.adapter,
    ...(sender.workspace !== undefined && { workspace: sender.workspace }),
    room: {
      id: place.room,
      ...(place.roomName !== undefined && { name: place.roomName }),
      direct: place.direct,
    },
    mentions: [
      ...[...rooms].map(([name, id]) => ({ kind: 'room' as const, name, id })),
      ...[...mentioned].map(([name, id]) => ({ kind: 'person' as const, name, id })),
    ],
  } satisfies Partial<ChatMessage>;
}
