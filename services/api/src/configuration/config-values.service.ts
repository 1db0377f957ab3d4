import { configTypeWords, sentence } from '@chasqui/replies';
import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { mayRun } from '../commands/may-run.js';
import { buildCatalogue } from '../commands/catalogue.js';
import { Events } from '../events.js';
import { idOf } from '../people/users.service.js';
import { configProblems } from './config-problems.js';
import type {
  ConfigValue,
  EffectiveConfig,
  ForWhom,
  NewValue,
  WhichOwner,
  WhichValues,
} from './config-shapes.js';
import { Configuration, storedValues } from './configuration.service.js';
import { refusalOf } from './configuration-view.js';
import { declarationOf, versionsOf } from './declared-keys.js';
import { keyFault } from './key-fault.js';
import type { StoredValue } from './layer.js';
import { channelOf, ownerOf } from './owner.js';
import type { Provenance } from './resolve.js';
import { valueText } from './value-text.js';

/** Sets, removes and shows values. Refusals are thrown as `Problem`; a secret's value is taken and never given. */
@Injectable()
export class ConfigValues {
  constructor(
    @Inject(DataSource) private readonly dataSource: DataSource,
    private readonly configuration: Configuration,
    private readonly events: Events,
  ) {}

  async list({ bundle, key, layer, owner }: WhichValues): Promise<ConfigValue[]> {
    const wanted = {
      bundle,
      key,
      layer,
      owner:
        layer && owner !== undefined
          ? (await ownerOf(this.dataSource.manager, layer, owner)).owner
          : undefined,
    };
    const asked = Object.entries(wanted).filter(([, value]) => value !== undefined);
    const where = ['true', ...asked.map(([column], at) => `c.${column} = $${at + 1}`)].join(' and ');
    const rows = await this.dataSource.query<Row[]>(
      storedValues(where),
      asked.map(([, value]) => value),
    );
    return rows.map(told);
  }

  /** Sets a value, in the place of the one that was there. */
  async set(bundle: string, key: string, given: NewValue, by: string): Promise<ConfigValue> {
    const { layer, value } = given;
    refuseKey(key);
    if (value.includes('\0')) throw configProblems.nulCharacter(key);
    const row = await this.dataSource.transaction(async (manager) => {
      const declared = declarationOf(bundle, key, await versionsOf(manager, bundle));
      if (valueText(declared, value) === undefined)
        throw configProblems.notOfType(bundle, key, declared.type, configTypeWords({ ...declared }));
      const { owner, ownerName, userId, groupName } = await ownerOf(manager, layer, given.owner);
      const secret = given.secret === true || declared.secret === true;
      const kept = secret ? this.configuration.sealed({ bundle, layer, owner, key }, value) : value;
      await manager.query(
        `insert into configuration (bundle, layer, owner, owner_name, key, value, secret, changed_by, user_id, group_name)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
         on conflict (bundle, layer, owner, key) do update
         set owner_name = coalesce($4, configuration.owner_name), value = $6, secret = $7, changed_by = $8, changed_at = now()`,
        [bundle, layer, owner, ownerName, key, kept, secret, by, userId, groupName],
      );
      const [written] = await manager.query<Row[]>(
        storedValues('c.bundle = $1 and c.layer = $2 and c.owner = $3 and c.key = $4'),
        [bundle, layer, owner, key],
      );
      return written!;
    });
    this.events.configChanged({ bundle, key, layer, owner: row.owner }, 'set', by);
    return told(row);
  }

  async unset(bundle: string, key: string, which: WhichOwner, by: string): Promise<void> {
    const { layer } = which;
    const { owner } = await ownerOf(this.dataSource.manager, layer, which.owner);
    const gone = await this.dataSource.query<[unknown[], number]>(
      'delete from configuration where bundle = $1 and layer = $2 and owner = $3 and key = $4',
      [bundle, layer, owner, key],
    );
    if (gone[1] === 0) throw configProblems.noSuchValue(bundle, key, layer, which.owner ?? '');
    this.events.configChanged({ bundle, key, layer, owner }, 'unset', by);
  }

  /** What a command of a bundle would get if this user ran it there: of the enabled version, or the last one installed. */
  async effective(
    name: string,
    { user, channel, application }: ForWhom & { readonly user: string },
  ): Promise<EffectiveConfig> {
    const { manager } = this.dataSource;
    const [{ version, content: bundle }] = await versionsOf(manager, name);
    const userId = await idOf(manager, user);
    const groups = await manager.query<{ name: string }[]>(
      'select group_name as name from group_members where user_id = $1',
      [userId],
    );
    const room = channel === undefined ? undefined : (await channelOf(manager, channel)).owner;
    const view = await this.configuration.read();
    const { values, faults } = view.resolve(bundle, {
      userId,
      groups: groups.map((group) => group.name),
      channel: room ?? '',
      application,
    });
    const known = new Set([...values, ...faults].map(({ key }) => key));
    return {
      bundle: name,
      version,
      user,
      channel: room,
      application,
      values: values.map(({ key, secret, text, over, ...from }) => ({
        key,
        secret,
        ...(!secret && { value: text }),
        ...source(from),
        over: over.map(source),
      })),
      faults: faults.map((fault) => {
        const refusal = refusalOf(name, fault);
        return { key: fault.key, code: refusal.code, message: sentence(refusal) };
      }),
      unset: (bundle.config ?? []).map((key) => key.name).filter((key) => !known.has(key)),
    };
  }

  /** @throws Problem 403 unless these permissions let somebody run some command of the bundle's version in use */
  async mustUse(name: string, permissions: readonly string[]): Promise<void> {
    const [{ content }] = await versionsOf(this.dataSource.manager, name);
    const held = { permissions: new Set(permissions) };
    if (![...buildCatalogue([content]).byFullName.values()].some((entry) => mayRun(entry, held)))
      throw configProblems.notYours(name);
  }
}

type Row = StoredValue & { readonly hidden: boolean; readonly changedAt: Date; readonly changedBy: string };

function refuseKey(key: string): void {
  switch (keyFault(key)) {
    case 'not-a-name':
      throw configProblems.notAName(key);
    case 'reserved':
      throw configProblems.reserved(key);
  }
}

function told(row: Row): ConfigValue {
  const { bundle, key, hidden, value, changedAt, changedBy } = row;
  return {
    bundle,
    key,
    ...source(row),
    layer: row.layer,
    secret: hidden,
    ...(!hidden && { value }),
    changedAt: changedAt.toISOString(),
    changedBy,
  };
}

/** Where it stands, in words that can be written back: a user by name, a room by its key and the name it was set by. */
function source({ layer, owner, ownerName }: Provenance) {
  if (owner === '') return { layer };
  if (layer === 'user') return { layer, owner: ownerName };
  return { layer, owner, ...(ownerName !== owner && { ownerName }) };
}
