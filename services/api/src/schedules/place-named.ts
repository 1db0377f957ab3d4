import { refusal, type Refusal } from '@chasqui/contracts';
import type { DataSource } from 'typeorm';
import { roomsNamed } from '../commands/names.js';
import type { SchedulePlace } from './schedule.js';

/** A room, by the name it has in its chat. */
export interface NamedPlace {
  readonly adapter: string;
  readonly workspace?: string;
  /** `#ops` */
  readonly room: string;
}

/**
 * The place in a chat that somebody names from outside of it: a room that Chasqui was spoken to in, and where they are known themselves. So nobody
 * has it speak where they could not have asked it to.
 */
export async function placeNamed(
  dataSource: Pick<DataSource, 'query'>,
  { adapter, workspace, room }: NamedPlace,
  by: { readonly id: string; readonly username: string },
  trusted: boolean,
): Promise<SchedulePlace | Refusal> {
  const name = room.replace(/^#/, '');
  const rooms = await roomsNamed(dataSource, [name], { adapter, workspace });
  const id = rooms.get(name);
  const sender = trusted ? by.username : await identityIn(dataSource, by.id, adapter, workspace);
  if (id === undefined || sender === undefined) return refusal('unknown-target', { what: 'room', name });
  return {
    adapter,
    ...(workspace !== undefined && { workspace }),
    room: { id, name, direct: false },
    sender: { id: sender, name: by.username },
  };
}

async function identityIn(
  dataSource: Pick<DataSource, 'query'>,
  user: string,
  adapter: string,
  workspace = '',
): Promise<string | undefined> {
  const [identity] = await dataSource.query<{ external_id: string }[]>(
    'select external_id from chat_identities where user_id = $1 and adapter = $2 and workspace = $3 limit 1',
    [user, adapter, workspace],
  );
  return identity?.external_id;
}
