import type { EntityManager } from 'typeorm';
import { problems } from '../people/problems.js';
import { idOf } from '../people/users.service.js';
import { channelKey, readChannel, type ChannelPlace } from './channel-key.js';
import { configProblems } from './config-problems.js';
import type { Layer } from './layer.js';
import { storable } from '../storable.js';

/** Whose a value is, as it is kept: columns of `configuration`. */
export interface Owner {
  readonly owner: string;
  /** As it was written, where that says more than `owner`. */
  readonly ownerName: string | null;
  readonly userId: string | null;
  readonly groupName: string | null;
}

const nobody: Owner = { owner: '', ownerName: null, userId: null, groupName: null };

/**
 * Finds the owner that somebody wrote: nothing for a bundle, an application's or a group's name, a user name, a room by its key or as
 * `slack/#ops`. @throws Problem where there is no such, or more than one
 */
export async function ownerOf(db: EntityManager, layer: Layer, written: string | undefined): Promise<Owner> {
  if (layer === 'bundle') return nobody;
  if (!written) throw configProblems.noOwner(layer);
  switch (layer) {
    case 'application':
      if (!/^[a-z0-9][a-z0-9._-]{0,62}$/.test(written))
        throw configProblems.badOwner(layer, written, 'web-shop');
      return { ...nobody, owner: written };
    case 'channel':
      return { ...nobody, ...(await channelOf(db, written)) };
    case 'group': {
      const found = await db.query<unknown[]>('select 1 from groups where name = $1', [storable(written)]);
      if (found.length === 0) throw problems.unknownGroup(written);
      return { ...nobody, owner: written, groupName: written };
    }
    case 'user': {
      const id = await idOf(db, storable(written));
      return { ...nobody, owner: id, userId: id };
    }
  }
}

/** A room by its key, or by its name if it was heard of late. */
export async function channelOf(
  db: Pick<EntityManager, 'query'>,
  written: string,
): Promise<{ owner: string; ownerName: string | null }> {
  const read = readChannel(written);
  if (!read || /[\p{Cc}]/u.test(written) || written.length > 300)
    throw configProblems.badOwner('channel', written, 'slack/T024BE7LD/C061EG9SL, or slack/#ops');
  if (!read.byName) return { owner: channelKey(read.place), ownerName: null };
  const { adapter, workspace = null, room: name } = read.place;
  const rooms = await db.query<(ChannelPlace & { workspace: string | null })[]>(
    `select distinct adapter, workspace, room from runs
     where accepted_at > now() - interval '30 days' and adapter = $1 and room_name = $2 and coalesce(workspace = $3, true)`,
    [adapter, name, workspace],
  );
  const keys = rooms.map((place) => channelKey({ ...place, workspace: place.workspace ?? undefined })).sort();
  if (keys.length === 0) throw configProblems.unknownChannel(name);
  if (keys.length > 1) throw configProblems.ambiguousChannel(name, keys);
  return { owner: keys[0]!, ownerName: written };
}
