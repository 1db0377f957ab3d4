import type { DataSource, EntityManager } from 'typeorm';

/** Tables that the application may add to, and nothing else. */
const addedTo = ['audit_entries', 'audit_blocks', 'audit_anchors'];

/** Who the application is to the database. */
export interface ApplicationRole {
  readonly user: string;
  readonly password: string;
}

/**
 * Gives the application's role what it needs and no more, as the owner of the tables: it reads and writes what is its own, only adds to the audit
 * log, and owns nothing, so that it cannot drop a trigger either. A role that is not there yet is made, where the owner may make roles.
 * Called at every start after the migrations; what is there already stays.
 */
export async function grantToApplication(
  owner: DataSource,
  { user, password }: ApplicationRole,
): Promise<void> {
  await owner.transaction(async (manager) => {
    const [role] = await manager.query<{ there: boolean; itself: boolean }[]>(
      `select exists (select from pg_roles where rolname = $1) as there, current_user = $1 as itself`,
      [user],
    );
    if (role!.itself) return;
    if (!role!.there) await makeRole(manager, user, password);
    const [place] = await manager.query<{ schema: string; role: string; kept: string }[]>(
      `select quote_ident(current_schema()) as schema, quote_ident($1) as role,
         (select string_agg(quote_ident(current_schema()) || '.' || quote_ident(one), ', ') from unnest($2::text[]) one) as kept`,
      [user, addedTo],
    );
    const { schema, role: to, kept } = place!;
    await manager.query(`grant usage on schema ${schema} to ${to}`);
    await manager.query(`grant select, insert, update, delete on all tables in schema ${schema} to ${to}`);
    await manager.query(`grant usage, select on all sequences in schema ${schema} to ${to}`);
    await manager.query(`revoke all on ${schema}.migrations, ${kept} from ${to}`);
    await manager.query(`grant select on ${schema}.migrations, ${kept} to ${to}`);
    await manager.query(`grant insert on ${schema}.audit_entries, ${schema}.audit_blocks to ${to}`);
  });
}

async function makeRole(manager: EntityManager, user: string, password: string): Promise<void> {
  const [text] = await manager.query<{ sql: string }[]>(
    `select format('create role %I login password %L nosuperuser nocreatedb nocreaterole noinherit', $1::text, $2::text) as sql`,
    [user, password],
  );
  await manager.query(text!.sql);
}

/** Whether this role may make and change tables here: it owns them, or there are none yet. */
export async function mayMigrate(dataSource: DataSource): Promise<boolean> {
  const [found] = await dataSource.query<{ may: boolean }[]>(
    `select coalesce((select pg_has_role(current_user, c.relowner, 'usage') from pg_class c
       where c.oid = to_regclass('migrations')), has_schema_privilege(current_schema(), 'create')) as may`,
  );
  return found!.may;
}

/** Those of these migrations that were not made yet. */
export async function notMigrated(dataSource: DataSource, names: readonly string[]): Promise<string[]> {
  const [table] = await dataSource.query<{ there: boolean }[]>(
    `select to_regclass('migrations') is not null as there`,
  );
  if (!table!.there) return [...names];
  const [may] = await dataSource.query<{ read: boolean }[]>(
    `select has_table_privilege('migrations', 'select') as read`,
  );
  // They are being made just now: rights come when all of them are.
  if (!may!.read) return [...names];
  const made = await dataSource.query<{ name: string }[]>('select name from migrations');
  const known = new Set(made.map(({ name }) => name));
  return names.filter((name) => !known.has(name));
}

/** Whether the role that the application runs as could change the audit log: it owns the tables, or it is a superuser. */
export async function couldTamper(dataSource: DataSource): Promise<boolean> {
  const [found] = await dataSource.query<{ could: boolean }[]>(
    `select exists (select from pg_class c where c.oid = to_regclass('audit_entries') and pg_has_role(current_user, c.relowner, 'usage'))
       or has_table_privilege('audit_entries', 'update') or has_table_privilege('audit_entries', 'delete')
       or has_table_privilege('audit_entries', 'truncate') as could`,
  );
  return found!.could;
}
