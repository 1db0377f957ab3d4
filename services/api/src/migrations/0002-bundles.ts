import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Bundles, any number of versions of each and at most one of them enabled; and the revision that tells every instance when to read them again. */
export class Bundles1732233600002 implements MigrationInterface {
  name = 'Bundles1732233600002';

  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      create table bundles (
        name text not null,
        version text not null,
        description text not null,
        enabled boolean not null default false,
        source text not null,
        content jsonb not null,
        sha256 text not null,
        installed_at timestamptz not null default now(),
        installed_by text not null,
        primary key (name, version)
      )`);
    await db.query(`create unique index bundles_one_enabled on bundles (name) where enabled`);
    await db.query(`create table revisions (of text primary key, revision bigint not null)`);
    await db.query(`insert into revisions values ('bundles', 1), ('relays', 1)`);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`drop table revisions`);
    await db.query(`drop table bundles`);
  }
}
