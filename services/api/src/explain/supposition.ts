import { origins } from '@chasqui/access-rules';
import { PermissionName, type ChatMessage } from '@chasqui/contracts';
import { z } from 'zod';
import { oneLine } from '../one-line.js';
import type { DataSource } from 'typeorm';
import type { KnownAsker } from '../commands/known.js';
import { roomsNamed } from '../commands/names.js';
import { newId } from '../ids.js';
import { limitKinds } from '../people/scoped-permission.js';
import { AdapterName, GroupName, Username } from '../people/shapes.js';
import { httpAdapter } from '../runs/reply-to.js';

/** A person who is imagined: what they hold, and nothing else. */
export const Imagined = z
  .strictObject({
    groups: z.array(GroupName).max(1000).default([]),
    permissions: z.array(PermissionName).max(1000).default([]),
    limited: z
      .array(
        z.strictObject({
          permission: PermissionName,
          of: z.enum(limitKinds),
          what: z.string().min(1).max(1000),
        }),
      )
      .max(1000)
      .default([])
      .describe('permissions that count for some things only'),
  })
  .meta({ id: 'Imagined' });
export type Imagined = z.infer<typeof Imagined>;

/** What `POST /simulate` takes: a line, who would say it, where and when. */
export const Supposition = z.object({
  line: z.string().max(100_000).describe('as it would be typed in chat, without the prefix'),
  user: Username.optional().describe('who would say it; yourself if nobody is named'),
  as: Imagined.optional().describe('somebody who is imagined, in the place of a user'),
  adapter: AdapterName.optional().describe('the chat it would be said in, as `slack`; over HTTP if not said'),
  workspace: oneLine(200).optional(),
  room: oneLine(200).min(1).optional().describe('the room: `#ops` by its name, or an id'),
  direct: z
    .boolean()
    .optional()
    .describe('whether nobody else would hear it; so it is where no room is named'),
  origin: z.enum(origins).optional(),
  at: z.iso
    .datetime({ offset: true })
    .optional()
    .describe('when, for rules that look at the time; relays are as they are now'),
});
export type Supposition = z.infer<typeof Supposition>;

/** The room that is meant: by its name one that Chasqui was spoken to in, where there is one. Over HTTP there is but one. */
export async function roomOf(
  dataSource: Pick<DataSource, 'query'>,
  { room, adapter = httpAdapter, workspace }: Supposition,
): Promise<{ readonly id: string; readonly name?: string }> {
  if (!room?.startsWith('#')) return { id: room ?? adapter };
  const name = room.slice(1);
  const ids = await roomsNamed(dataSource, [name], { adapter, workspace });
  return { id: ids.get(name) ?? name, name };
}

/** The message that would come of it. */
export function messageOf(
  { line, adapter = httpAdapter, workspace, room: named, direct = named === undefined }: Supposition,
  sender: { readonly id: string; readonly username: string },
  room: { readonly id: string; readonly name?: string },
): ChatMessage {
  return {
    id: newId(),
    adapter,
    ...(workspace !== undefined && { workspace }),
    room: { ...room, direct },
    sender: { id: sender.id, name: sender.username },
    addressed: adapter === httpAdapter ? 'api' : direct ? 'direct' : 'prefix',
    text: line.replace(/^\s*!(?!!)/, ''),
    saidAt: Date.now(),
  };
}

/** Somebody imagined, as a decision sees them. */
export function imaginedAsker({ groups, permissions, limited }: Imagined): KnownAsker {
  return {
    id: '00000000-0000-0000-0000-000000000000',
    username: '',
    email: '',
    active: true,
    groups: groups.toSorted(),
    permissions: new Set(permissions),
    scoped: limited,
  };
}
