import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * How people in chats become known: a code for each who asked for one, at most one at a time, of which only a keyed hash is kept; how
 * often a user has tried a wrong one; and since when and how a chat identity is joined.
 */
export class Registration1732233600014 implements MigrationInterface {
  name = 'Registration1732233600014';

  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      create table registrations (
        adapter text collate "C" not null,
        workspace text collate "C" not null default '',
        external_id text collate "C" not null,
        name text,
        room text,
        hash bytea not null unique,
        asked_at timestamptz not null default now(),
        expires_at timestamptz not null,
        primary key (adapter, workspace, external_id)
      )`);
    await db.query(`
      create table registration_tries (
        user_id uuid primary key references users on delete cascade,
        since timestamptz not null default now(),
        wrong integer not null default 1
      )`);
    await db.query(`
      alter table chat_identities
        add joined_at timestamptz not null default now(),
        add joined_by text not null default 'administrator'
          check (joined_by in ('administrator', 'code', 'self'))`);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`alter table chat_identities drop joined_at, drop joined_by`);
    await db.query(`drop table registration_tries`);
    await db.query(`drop table registrations`);
  }
}
