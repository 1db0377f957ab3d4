import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * What operators lay down for the whole site: rules beside those of the bundles, and relays that only some may use. Both are read with one
 * revision, which a trigger moves, so that a change holds with the next line on every instance however it was made.
 */
export class SiteRules1732233600011 implements MigrationInterface {
  name = 'SiteRules1732233600011';

  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      create table site_rules (
        id uuid primary key default gen_random_uuid(),
        name text collate "C" not null unique,
        applies_to text not null,
        rule text not null,
        enabled boolean not null,
        created_at timestamptz not null default now(),
        created_by text not null,
        changed_at timestamptz not null default now(),
        changed_by text not null
      )`);
    await db.query(`
      create table protected_relays (
        selector text collate "C" primary key,
        protected_at timestamptz not null default now(),
        protected_by text not null
      )`);
    await db.query(`insert into revisions values ('site_rules', 1)`);
    await db.query(`
      create function site_rules_changed() returns trigger language plpgsql as $$
      begin
        update revisions set revision = revision + 1 where of = 'site_rules';
        return null;
      end $$`);
    for (const table of ['site_rules', 'protected_relays'])
      await db.query(`
        create trigger ${table}_changed after insert or update or delete or truncate on ${table}
        for each statement execute function site_rules_changed()`);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`drop table protected_relays`);
    await db.query(`drop table site_rules`);
    await db.query(`drop function site_rules_changed`);
    await db.query(`delete from revisions where of = 'site_rules'`);
  }
}
