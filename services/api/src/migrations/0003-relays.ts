import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Relays: who they are, the secret shared with each (encrypted), and what was last heard from them. */
export class Relays1732233600003 implements MigrationInterface {
  name = 'Relays1732233600003';

  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      create table relays (
        name text primary key,
        tags text[] not null default '{}',
        secret text not null,
        disabled boolean not null default false,
        created_at timestamptz not null default now(),
        last_seen_at timestamptz,
        rejected_at timestamptz,
        heartbeat jsonb
      )`);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`drop table relays`);
  }
}
