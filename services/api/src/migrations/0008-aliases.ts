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
        created_by text not null,
        unique nulls not distinct (owner, name)
      )`);
    await db.query(`insert into revisions values ('aliases', 1)`);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`delete from revisions where of = 'aliases'`);
    await db.query(`drop table aliases`);
  }
}
