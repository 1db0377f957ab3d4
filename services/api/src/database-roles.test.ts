import { freshDatabase } from '@chasqui/testbed';
import { whenPostgres } from '@chasqui/testbed/when';
import pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { newEntry } from './audit/new-entry.js';
import { writeEntries } from './audit/write-entries.js';
import { migrateAsOwner, openAsOwner, openDatabase } from './database.js';
import { couldTamper } from './database-roles.js';
import { newId } from './ids.js';

whenPostgres('the role of the application', (serverUrl) => {
  const name = `app_${newId().slice(-8)}`;
  let owner: Awaited<ReturnType<typeof freshDatabase>>;
  let client: pg.Client;
  let place: { url: string; connections: number; ownerUrl: string };
  const silent = () => undefined;

  beforeAll(async () => {
    owner = await freshDatabase(serverUrl);
    const url = new URL(owner.url);
    url.username = name;
    url.password = 'its own';
    place = { url: url.href, connections: 4, ownerUrl: owner.url };
    await migrateAsOwner(place, silent);
    client = new pg.Client({ connectionString: place.url });
    await client.connect();
    const superuser = new pg.Client({ connectionString: owner.url });
    await superuser.connect();
    await writeEntries({ query: (sql: string, values: unknown[]) => superuser.query(sql, values) } as never, [
      newEntry('action', newId(), 0, { action: 'tests.do' }, Date.now()),
    ]);
    await superuser.end();
  });
  afterAll(async () => {
    await client.end();
    await owner.drop();
    const server = new pg.Client({ connectionString: serverUrl });
    await server.connect();
    await server.query(`drop role ${name}`);
    await server.end();
  });

  const tables = ['audit_entries', 'audit_blocks', 'audit_anchors'];
  it.each([
    ...tables.flatMap((table) => [
      `update ${table} set at = now()`,
      `delete from ${table}`,
      `truncate ${table}`,
      `alter table ${table} disable trigger all`,
      `alter table ${table} disable trigger audit_stays`,
      `drop trigger audit_stays on ${table}`,
      `drop table ${table} cascade`,
      `alter table ${table} rename to other`,
    ]),
    `insert into audit_anchors (n, at, anchor) values (1, now(), '{}')`,
    `insert into audit_entries as e select * from audit_entries on conflict (id) do update set content = '{}'`,
    `select set_config('chasqui.audit_prune', 'on', false); delete from audit_entries`,
    `create or replace function audit_stays() returns trigger language plpgsql as $$ begin return null; end $$`,
    `set session_replication_role = 'replica'`,
    `create rule gone as on insert to audit_entries do instead nothing`,
    `alter role ${name} superuser`,
    `create table mine (id int)`,
  ])('cannot do: %s', async (sql) => {
    await client.query('begin');
    const refused = await client.query(sql).then(
      (done) => ({ done }),
      (cause: { code: string; message: string }) => cause,
    );
    await client.query('rollback');
    // Insufficient privilege, whatever it is called: 42501, or a generated column that nobody can write.
    expect(refused).toHaveProperty(
      'message',
      expect.stringMatching(/permission denied|must be owner|refused|non-DEFAULT/),
    );
  });

  it('can add to it, and do all its other work', async () => {
    const dataSource = await openDatabase({ url: place.url, connections: 4 }, silent);
    try {
      await writeEntries(dataSource, [newEntry('action', newId(), 0, { action: 'tests.do' }, Date.now())]);
      await dataSource.query(`insert into groups (name) values ('some')`);
      await dataSource.query(`delete from groups where name = 'some'`);
      expect(await couldTamper(dataSource)).toBe(false);
    } finally {
      await dataSource.destroy();
    }
  });

  it('is told from one that could change the log', async () => {
    const dataSource = await openDatabase({ url: owner.url, connections: 2 }, silent);
    expect(await couldTamper(dataSource)).toBe(true);
    await dataSource.destroy();
  });

  it('keeps even the owner from changing what is written', async () => {
    const superuser = new pg.Client({ connectionString: owner.url });
    await superuser.connect();
    for (const table of tables)
      for (const sql of [`update ${table} set at = now()`, `delete from ${table}`, `truncate ${table}`])
        await expect(superuser.query(sql)).rejects.toThrow('only ever added to');
    await superuser.end();
  });

  it('is refused the work of the owner in a sentence that names the setting', async () => {
    const alone = { url: place.url, connections: 2 };
    await expect(migrateAsOwner(alone, silent)).rejects.toThrow(
      /DATABASE_MIGRATION_USER: this needs the role/,
    );
    await expect(openAsOwner(alone, silent)).rejects.toThrow(/DATABASE_MIGRATION_USER/);
  });

  it('waits where the database is not migrated yet, and says what for', async () => {
    const empty = await freshDatabase(serverUrl);
    const url = new URL(empty.url);
    url.username = name;
    url.password = 'its own';
    const server = new pg.Client({ connectionString: empty.url });
    await server.connect();
    await server.query('revoke create on schema public from public');
    await server.end();
    const said: string[] = [];
    const opening = openDatabase({ url: url.href, connections: 2 }, (sentence) => void said.push(sentence));
    await migrateAsOwner({ url: url.href, connections: 2, ownerUrl: empty.url }, silent);
    await (await opening).destroy();
    for (const sentence of said) expect(sentence).toContain('waiting for "main.js migrate"');
    await empty.drop();
  });
});
