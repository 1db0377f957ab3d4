import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * The key-value store of commands: an entry for each key of a bundle, of a bundle in a channel, or of a bundle for a user; and what each
 * bundle takes up, in one row that a writer locks, so that limits hold whoever writes at the same time. Versions come from one sequence:
 * an entry that is deleted and written anew never has a version that it had before.
 */
export class Store1732233600006 implements MigrationInterface {
  name = 'Store1732233600006';

  async up(db: QueryRunner): Promise<void> {
    await db.query(`create sequence store_versions`);
    await db.query(`
      create table store_entries (
        bundle text collate "C" not null,
        scope text collate "C" not null check (scope in ('bundle', 'channel', 'user')),
        owner text collate "C" not null,
        key text collate "C" not null,
        type text not null check (type in ('json', 'text')),
        value bytea not null,
        version bigint not null default nextval('store_versions'),
        changed_at timestamptz not null default now(),
        changed_by_run uuid not null,
        expires_at timestamptz,
        primary key (bundle, scope, owner, key)
      )`);
    await db.query(
      `create index store_entries_by_expiry on store_entries (expires_at) where expires_at is not null`,
    );
    await db.query(`
      create table store_usage (
        bundle text collate "C" primary key,
        entries bigint not null,
        bytes bigint not null
      )`);
  }

  async down(db: QueryRunner): Promise<void> {
    for (const table of ['store_usage', 'store_entries']) await db.query(`drop table ${table}`);
    await db.query(`drop sequence store_versions`);
  }
}
