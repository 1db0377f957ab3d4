import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Names people give to lines: their own, and those of the whole site, which have no owner. */
export class Aliases1732233600008 implements MigrationInterface {
  name = 'Aliases1732233600008';

  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      create table aliases (
        owner uuid references users (id) on delete cascade,
        name text not null,
        line text not null,
        created_at timestamptz not null default now(),
        created_by text not null
      )`);
    // The site's have no owner, and two nulls are not the same before PostgreSQL 15 can be told so.
    await db.query(
      `create unique index aliases_by_name on aliases (coalesce(owner, '00000000-0000-0000-0000-000000000000'), name)`,
    );
    await db.query(`insert into revisions values ('aliases', 1)`);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`delete from revisions where of = 'aliases'`);
    await db.query(`drop table aliases`);
  }
}
