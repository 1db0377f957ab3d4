/** A room of a chat, in the provider's ids. */
export interface ChannelPlace {
  readonly adapter: string;
  readonly workspace?: string | undefined;
  readonly room: string;
}

/**
 * A room in one word: `slack/T1/C12`, or `terminal/ops` where the chat has no workspaces. Made of ids, because names change hands: who
 * could name a room like another would get at what belongs to that one.
 */
export function channelKey({ adapter, workspace, room }: ChannelPlace): string {
  return [adapter, ...(workspace ? [workspace] : []), room].map(escaped).join('/');
}

/** A room as somebody wrote it: by its key, or with `#name` in the place of its id. Undefined if it is neither. */
export function readChannel(
  text: string,
): { readonly place: ChannelPlace; readonly byName: boolean } | undefined {
  const parts = text.split('/').map(unescaped);
  const [adapter, ...rest] = parts;
  const room = rest.pop();
  if (!adapter || !room || rest.length > 1 || parts.some((part) => !part)) return undefined;
  const byName = room.startsWith('#');
  if (room === '#') return undefined;
  const [workspace] = rest;
  return { place: { adapter, ...(workspace && { workspace }), room: byName ? room.slice(1) : room }, byName };
}

function escaped(part: string): string {
  return part.replace(/[%/\p{Cc}]|^#/gu, (sign) => encodeURIComponent(sign));
}

function unescaped(part: string): string | undefined {
  try {
    return decodeURIComponent(part);
  } catch {
    return undefined;
  }
}
