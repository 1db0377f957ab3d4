import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * How people come in: passwords, sessions, an identity provider, and the first of all. Times are the database's own, so that instances
 * whose clocks differ agree. Texts that let somebody in are kept as hashes; what must be shown to the provider again is encrypted.
 */
export class SignIn1732233600009 implements MigrationInterface {
  name = 'SignIn1732233600009';

  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      create table passwords (
        user_id uuid primary key references users on delete cascade,
        phc text not null,
        changed_at timestamptz not null default now()
      )`);
    // A row for each name and address that failed, by their hash: there is one for names that nobody has as well.
    await db.query(`
      create table sign_in_failures (
        key bytea primary key,
        failures integer not null,
        last_at timestamptz not null,
        not_before timestamptz not null
      )`);
    await db.query(`create index sign_in_failures_by_time on sign_in_failures (last_at)`);
    // Ending one is deleting its row.
    await db.query(`
      create table sessions (
        id uuid primary key default gen_random_uuid(),
        user_id uuid not null references users on delete cascade,
        kind text not null check (kind in ('browser', 'cli')),
        hash bytea not null unique,
        address text,
        agent text,
        created_at timestamptz not null default now(),
        last_seen_at timestamptz not null default now(),
        idle interval not null,
        idle_until timestamptz not null,
        expires_at timestamptz not null,
        issuer text,
        refresh_token text,
        id_token text,
        refresh_at timestamptz
      )`);
    await db.query(`create index sessions_by_user on sessions (user_id)`);
    await db.query(`create index sessions_by_expiry on sessions (expires_at)`);
    await db.query(`create index sessions_by_refresh on sessions (refresh_at) where refresh_at is not null`);
    await db.query(`
      create table external_subjects (
        issuer text collate "C" not null,
        subject text collate "C" not null,
        user_id uuid not null references users on delete cascade,
        joined_at timestamptz not null default now(),
        primary key (issuer, subject),
        unique (user_id, issuer)
      )`);
    // A sign-in on its way to the provider and back; taking it deletes it.
    await db.query(`
      create table oidc_flows (
        hash bytea primary key,
        kind text not null check (kind in ('browser', 'device')),
        content text not null,
        poll_at timestamptz not null default now(),
        every_seconds integer not null default 0,
        expires_at timestamptz not null
      )`);
    await db.query(`create index oidc_flows_by_expiry on oidc_flows (expires_at)`);
    await db.query(`
      create table group_claims (
        claim text collate "C" not null,
        group_name text collate "C" not null references groups on delete cascade on update cascade,
        created_at timestamptz not null default now(),
        created_by text not null,
        primary key (claim, group_name)
      )`);
    await db.query(`alter table group_members add column by_claim boolean not null default false`);
    await db.query(`
      create table bootstrap_tokens (
        hash bytea primary key,
        made_at timestamptz not null default now()
      )`);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`alter table group_members drop column by_claim`);
    const tables = [
      'bootstrap_tokens',
      'group_claims',
      'oidc_flows',
      'external_subjects',
      'sessions',
      'sign_in_failures',
      'passwords',
    ];
    for (const table of tables) await db.query(`drop table ${table}`);
  }
}
