import { readdirSync, readFileSync } from 'node:fs';
import { encryptAtRest, keyFor, keyIdOf, secretKeys } from '@chasqui/sealing';
import { freshDatabase } from '@chasqui/testbed';
import { whenPostgres } from '@chasqui/testbed/when';
import type { DataSource } from 'typeorm';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { configWith } from '../api-world.fixture.js';
import { keepPlan, openPlan, planKeysOf } from '../commands/plan-secrets.js';
import type { StoredPlan } from '../commands/plan.js';
import { Configuration } from '../configuration/configuration.service.js';
import type { ValuePlace } from '../configuration/layer.js';
import { openDatabase } from '../database.js';
import { Secrets } from './secrets.service.js';

const old = Buffer.alloc(32, 1);
const next = Buffer.alloc(32, 2);
const idOf = (key: Uint8Array) => secretKeys(key).current.id;

whenPostgres('exchanging the secret key', (serverUrl) => {
  let dataSource: DataSource;
  let drop: () => Promise<void>;
  beforeAll(async () => {
    const fresh = await freshDatabase(serverUrl);
    dataSource = await openDatabase({ url: fresh.url, connections: 6 }, () => undefined);
    drop = async () => {
      await dataSource.destroy();
      await fresh.drop();
    };
  });
  afterAll(() => drop());
  beforeEach(() => dataSource.query('truncate credentials, configuration, runs cascade'));

  const instance = (secretKey: Uint8Array, ...previousSecretKeys: Uint8Array[]) => {
    const config = { ...configWith(), secretKey, previousSecretKeys };
    return { secrets: new Secrets(dataSource, config), configuration: new Configuration(dataSource, config) };
  };
  const place = (key: string): ValuePlace => ({ bundle: 'ops', layer: 'bundle', owner: '', key });
  const set = (sealed: string, key: string) =>
    dataSource.query(
      `insert into configuration (bundle, layer, owner, key, value, secret, changed_by)
       values ('ops', 'bundle', '', $1, $2, true, 'ann')
       on conflict (bundle, layer, owner, key) do update set value = excluded.value`,
      [key, sealed],
    );
  const read = async (at: ReturnType<typeof instance>) =>
    (await at.configuration.read()).valuesFor({ name: 'ops' }, { userId: 'u', groups: [] } as never);

  it('is read by every instance at every step of it, and at last without the old key', async () => {
    await set(instance(old).configuration.sealed(place('A'), 'alpha'), 'A');
    // First every instance learns the next key, then one after another writes with it.
    const before = instance(old, next);
    const after = instance(next, old);
    await set(before.configuration.sealed(place('B'), 'beta'), 'B');
    await set(after.configuration.sealed(place('C'), 'gamma'), 'C');
    for (const at of [before, after]) expect(await read(at)).toEqual({ A: 'alpha', B: 'beta', C: 'gamma' });
    expect(await after.secrets.counts()).toEqual(
      expect.arrayContaining([
        { of: 'secret configuration', key: idOf(old), count: 2 },
        { of: 'secret configuration', key: idOf(next), count: 1 },
      ]),
    );

    expect(await after.secrets.reencrypt(100)).toEqual({ reencrypted: 2, unreadable: [] });

    expect(await read(before)).toEqual({ A: 'alpha', B: 'beta', C: 'gamma' });
    expect(await read(instance(next))).toEqual({ A: 'alpha', B: 'beta', C: 'gamma' });
    expect(await after.secrets.counts()).toEqual([{ of: 'secret configuration', key: idOf(next), count: 3 }]);
  });

  it('takes along what was stored before keys had ids, tokens, and plans', async () => {
    const keys = secretKeys(old);
    const v1 = (text: string) => text.replace(/^v2\.[^.]+/, 'v1');
    await set(v1(instance(old).configuration.sealed(place('A'), 'alpha')), 'A');
    await dataSource.query(`insert into credentials (of, name, n, secret) values ('relay', 'fra-1', 1, $1)`, [
      encryptAtRest(Buffer.from('a token'), keys),
    ]);
    const id = '0190d3a4-0000-7000-8000-000000000000';
    const words = [{ start: 0, end: 4 }];
    const plan = {
      stages: [
        { kind: 'command', command: { effect: 'write' }, words: [] },
        { kind: 'command', command: { effect: 'write' }, words },
      ],
    } as unknown as StoredPlan;
    await dataSource.query(
      `insert into runs (id, message_key, line, status, adapter, room, sender, in_reply_to, accepted_at, plan)
       values ($1, 'k', 'a | b', 'running', 'terminal', 'r', 's', 'm', now(), $2)`,
      [id, keepPlan(plan, [{ start: 0, end: 4 }], id, planKeysOf(keys))],
    );

    const { secrets } = instance(next, old);
    const first = await secrets.reencrypt(2);
    expect(first.next).toBeDefined();
    expect(await secrets.reencrypt(2, first.next)).toMatchObject({ reencrypted: 1, unreadable: [] });

    expect(new Set((await secrets.counts()).map(({ key }) => key))).toEqual(new Set([idOf(next)]));
    const [{ plan: kept }] = await dataSource.query('select plan from runs');
    expect(openPlan(kept, id, planKeysOf(secretKeys(next))).stages[1]).toMatchObject({ words });
  });

  it('names what no key opens, and lets it be', async () => {
    const lost = encryptAtRest(
      Buffer.from('x'),
      keyFor('configuration', secretKeys(Buffer.alloc(32, 9))),
      'p',
    );
    await set(lost, 'LOST');
    expect(await instance(next, old).secrets.reencrypt(100)).toEqual({
      reencrypted: 0,
      unreadable: [{ of: 'secret configuration', row: 'ops bundle  LOST' }],
    });
    const [{ value }] = await dataSource.query('select value from configuration');
    expect(keyIdOf(value)).toBe(idOf(Buffer.alloc(32, 9)));
  });
});

describe('what is encrypted', () => {
  it('is in the list of encrypted columns, wherever it is done', () => {
    const folder = new URL('..', import.meta.url).pathname;
    const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ts') && !/\.(test|fixture)\.ts$/.test(file))
      .filter((file) => readFileSync(`${folder}/${file}`, 'utf8').includes('encryptAtRest('));
    // Who is new here adds its column to encrypted-columns.ts, and its file here.
    expect(files.toSorted()).toEqual([
      'commands/plan-secrets.ts',
      'configuration/configuration.service.ts',
      'credentials/credentials.service.ts',
      'oidc/flows.service.ts',
      'oidc/oidc.service.ts',
      'secrets/secrets.service.ts',
    ]);
  });
});
