import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Lines that are said again and again, by a timetable, as whoever made them. Everything that a firing needs stands in the row: the next time, who
 * is at it, and how often that was tried. `runs.schedule` says which schedule a run came from, and when it was due.
 */
export class Schedules1732233600019 implements MigrationInterface {
  name = 'Schedules1732233600019';

  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      create table schedules (
        id uuid primary key,
        owner uuid not null references users (id) on delete cascade,
        name text not null,
        cron text not null,
        zone text not null,
        line text not null,
        missed text not null check (missed in ('skip', 'once')),
        scopes text[],
        place jsonb not null,
        created_at timestamptz not null default now(),
        next_at timestamptz,
        asked_at timestamptz,
        paused_at timestamptz,
        paused_by text,
        paused_code text,
        claimed_until timestamptz,
        attempts integer not null default 0,
        last_due timestamptz,
        last_run uuid,
        missed_count integer not null default 0,
        missed_at timestamptz,
        unique (owner, name)
      )`);
    await db.query(`create index schedules_due on schedules (next_at) where paused_at is null`);
    await db.query(`create index schedules_asked on schedules (asked_at) where asked_at is not null`);
    await db.query(`alter table runs add column schedule jsonb`);
    await db.query(
      `create index runs_by_schedule on runs ((schedule ->> 'id'), id desc) where schedule is not null`,
    );
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`alter table runs drop column schedule`);
    await db.query(`drop table schedules`);
  }
}
