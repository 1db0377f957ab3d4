import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Dynamic configuration: a row for each value. What belongs to a user or a group goes with them, so that whoever is called the same later
 * does not inherit it. A trigger moves the revision, because rows also go by themselves, with their owner.
 */
export class Configuration1732233600005 implements MigrationInterface {
  name = 'Configuration1732233600005';

  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      create table configuration (
        bundle text collate "C" not null,
        layer text collate "C" not null check (layer in ('bundle', 'application', 'channel', 'group', 'user')),
        owner text collate "C" not null,
        owner_name text,
        key text collate "C" not null,
        value text not null,
        secret boolean not null,
        changed_at timestamptz not null default now(),
        changed_by text not null,
        user_id uuid references users on delete cascade,
        group_name text collate "C" references groups on delete cascade,
        primary key (bundle, layer, owner, key),
        check ((layer = 'bundle') = (owner = '')),
        check (layer <> 'user' or user_id::text = owner),
        check (layer <> 'group' or group_name = owner)
      )`);
    await db.query(`create index configuration_by_user on configuration (user_id) where user_id is not null`);
    await db.query(
      `create index configuration_by_group on configuration (group_name) where group_name is not null`,
    );
    await db.query(`insert into revisions values ('configuration', 1)`);
    await db.query(`
      create function configuration_changed() returns trigger language plpgsql as $$
      begin
        update revisions set revision = revision + 1 where of = 'configuration';
        return null;
      end $$`);
    await db.query(`
      create trigger configuration_changed after insert or update or delete or truncate on configuration
      for each statement execute function configuration_changed()`);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`drop table configuration`);
    await db.query(`drop function configuration_changed`);
    await db.query(`delete from revisions where of = 'configuration'`);
  }
}
