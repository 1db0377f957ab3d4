import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * What a permission may be limited to, permissions that an operator makes, service accounts, tokens for some permissions only, and a
 * revision that every change of people moves, so that no instance goes on believing what is not so any more. Triggers move it, because
 * rows also go by themselves, with what they are part of.
 */
export class Rights1732233600010 implements MigrationInterface {
  name = 'Rights1732233600010';

  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      alter table role_permissions
        add column limited_to text collate "C" not null default '' check (limited_to in ('', 'bundle', 'relay', 'application')),
        add column what text collate "C" not null default '' check ((limited_to = '') = (what = '')),
        drop constraint role_permissions_pkey,
        add primary key (role_name, permission, limited_to, what)`);
    await db.query(`
      create table site_permissions (
        name text collate "C" primary key check (name ~ '^site:[a-z0-9][a-z0-9._-]{0,62}$'),
        description text not null,
        created_at timestamptz not null default now(),
        created_by text not null
      )`);
    await db.query(
      `alter table users add column kind text not null default 'person' check (kind in ('person', 'service'))`,
    );
    await db.query(
      `alter table api_tokens add column scopes text[] check (scopes <> '{}'), add column created_by text`,
    );
    await db.query(`alter table runs add column scopes text[]`);
    await db.query(`insert into revisions values ('people', 1)`);
    await db.query(`
      create function people_changed() returns trigger language plpgsql as $$
      begin
        update revisions set revision = revision + 1 where of = 'people';
        return null;
      end $$`);
    for (const table of [
      'users',
      'groups',
      'group_members',
      'group_roles',
      'role_permissions',
      'chat_identities',
      'external_subjects',
    ]) {
      await db.query(`
        create trigger people_changed after insert or update or delete or truncate on ${table}
        for each statement execute function people_changed()`);
    }
    // Neither a new token nor the time of its last use changes what anybody knows.
    await db.query(`
      create trigger people_changed after update of user_id, hash, expires_at, scopes or delete or truncate on api_tokens
      for each statement execute function people_changed()`);
    await db.query(`
      create trigger people_changed after delete or truncate on sessions
      for each statement execute function people_changed()`);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`drop function people_changed cascade`);
    await db.query(`delete from revisions where of = 'people'`);
    await db.query(`alter table runs drop column scopes`);
    await db.query(`alter table api_tokens drop column scopes, drop column created_by`);
    await db.query(`alter table users drop column kind`);
    await db.query(`drop table site_permissions`);
    await db.query(`delete from role_permissions where limited_to <> ''`);
    await db.query(
      `alter table role_permissions drop constraint role_permissions_pkey, drop column limited_to, drop column what,
        add primary key (role_name, permission)`,
    );
  }
}
