import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Adapters, and the tokens of relays and adapters: several for each while one is exchanged for another. A revoked one leaves its name, so
 * that nobody takes it unseen, and a mark of its token, so that the token does not come back by a list of those to enrol.
 */
export class Credentials1732233600013 implements MigrationInterface {
  name = 'Credentials1732233600013';

  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      create table credentials (
        of text not null check (of in ('relay', 'adapter')),
        name text collate "C" not null,
        n int not null,
        secret text not null,
        created_at timestamptz not null default now(),
        until timestamptz,
        used_since timestamptz,
        used_at timestamptz,
        primary key (of, name, n)
      )`);
    await db.query(`
      insert into credentials (of, name, n, secret, created_at, used_since, used_at)
      select 'relay', name, 1, secret, created_at, last_seen_at, last_seen_at from relays`);
    await db.query(`
      alter table relays drop column secret,
        add column disabled_at timestamptz, add column revoked_at timestamptz, add column revoked_by text`);
    await db.query(`
      create table adapters (
        name text collate "C" primary key,
        workspaces text[] not null default '{}',
        created_at timestamptz not null default now(),
        revoked_at timestamptz,
        revoked_by text,
        rejected_at timestamptz
      )`);
    await db.query(`
      create table revoked_tokens (
        mark bytea primary key,
        of text not null,
        name text not null,
        revoked_at timestamptz not null default now()
      )`);
    await db.query(`insert into revisions values ('adapters', 1)`);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`delete from revisions where of = 'adapters'`);
    await db.query(`drop table revoked_tokens`);
    await db.query(`drop table adapters`);
    await db.query(`alter table relays add column secret text`);
    await db.query(`
      update relays set secret = (
        select secret from credentials c where c.of = 'relay' and c.name = relays.name order by n desc limit 1)`);
    // Of a revoked one there is no token any more.
    await db.query(`delete from relays where secret is null`);
    await db.query(`
      alter table relays alter column secret set not null,
        drop column disabled_at, drop column revoked_at, drop column revoked_by`);
    await db.query(`drop table credentials`);
  }
}
