import { decryptAtRest, encryptAtRest, keyFor, type SecretKeys } from '@chasqui/sealing';
import { Inject, Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import type { ApiConfig } from '../config.js';
import { keptAt } from '../kept-at.js';
import { CONFIG } from '../parts.js';
import { secretKeysOf } from '../secrets/secret-keys.js';
import { ConfigurationView } from './configuration-view.js';
import { placeText, type StoredValue, type ValuePlace } from './layer.js';

/** The configuration for the command path: kept in memory, and read again when its revision has moved. */
@Injectable()
export class Configuration {
  private readonly keys: SecretKeys;

  constructor(
    @Inject(DataSource) private readonly dataSource: DataSource,
    @Inject(CONFIG) config: ApiConfig,
  ) {
    this.keys = keyFor('configuration', secretKeysOf(config));
  }

  /** The configuration as of this revision of `configuration`, or a later one. */
  readonly view = keptAt(() => this.read());

  /** The configuration as it is now; within a transaction by its `manager`, or the transaction would wait for a connection of its own. */
  async read(manager: Pick<EntityManager, 'query'> = this.dataSource.manager): Promise<ConfigurationView> {
    const rows = await manager.query<StoredValue[]>(storedValues('true'));
    return new ConfigurationView(rows, (value) => this.unsealed(value));
  }

  sealed(place: ValuePlace, text: string): string {
    return encryptAtRest(Buffer.from(text), this.keys, placeText(place));
  }

  private unsealed(value: StoredValue): string | undefined {
    return decryptAtRest(value.value, this.keys, placeText(value))?.toString();
  }
}

/**
 * SQL for stored values with their owners' names. `hidden` is also what was kept in clear before its bundle declared it secret. `where`
 * speaks of `c`.
 */
export function storedValues(where: string): string {
  return `select c.bundle, c.layer, c.owner, coalesce(u.username, c.owner_name, c.owner) as "ownerName", c.key, c.value, c.secret,
      c.changed_at as "changedAt", c.changed_by as "changedBy", c.secret or exists (
        select from bundles b, jsonb_array_elements(coalesce(b.content -> 'config', '[]')) k
        where b.name = c.bundle and k ->> 'name' = c.key and (k ->> 'secret')::boolean
      ) as hidden
    from configuration c left join users u on u.id = c.user_id
    where ${where} order by c.bundle, c.key, array_position(array['bundle', 'application', 'channel', 'group', 'user'], c.layer::text), "ownerName"`;
}
