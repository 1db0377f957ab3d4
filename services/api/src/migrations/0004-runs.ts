import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Runs (the command audit log), their executions and output, and the outbox. A run's `message_key` is unique, so that a chat event that
 * comes twice, or is consumed twice, is one run. Names stand in the row as they were: users and relays come and go, the log stays.
 */
export class Runs1732233600004 implements MigrationInterface {
  name = 'Runs1732233600004';

  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      create table runs (
        id uuid primary key,
        message_key text not null unique,
        line text not null,
        status text not null,
        code text,
        facts jsonb,
        user_id uuid,
        username text,
        user_email text,
        adapter text not null,
        workspace text,
        room text not null,
        room_name text,
        thread text,
        sender text not null,
        in_reply_to text not null,
        bundle text,
        command text,
        version text,
        relay text,
        selector text,
        exit_code integer,
        accepted_at timestamptz not null,
        started_at timestamptz,
        finished_at timestamptz,
        reply_seq integer not null default 0,
        reply jsonb
      )`);
    await db.query(`create index runs_by_time on runs (accepted_at desc, id desc)`);
    await db.query(`create index runs_by_user on runs (user_id, accepted_at desc)`);
    await db.query(`
      create table executions (
        id uuid primary key,
        run_id uuid not null references runs (id) on delete cascade,
        relay text not null,
        attempt integer not null,
        state text not null,
        start_by timestamptz not null,
        timeout_ms bigint not null,
        started_at timestamptz,
        finished_at timestamptz,
        exit_code integer,
        outcome jsonb,
        epoch integer not null default 0,
        output_bytes bigint not null default 0,
        dropped_bytes bigint not null default 0,
        gap_before integer
      )`);
    await db.query(`create index executions_by_run on executions (run_id)`);
    await db.query(
      `create index executions_open on executions (relay) where state in ('accepted', 'running')`,
    );
    await db.query(`
      create table output_chunks (
        execution_id uuid not null references executions (id) on delete cascade,
        epoch integer not null,
        seq integer not null,
        stream text not null,
        text text,
        bytes bytea,
        primary key (execution_id, epoch, seq)
      )`);
    await db.query(`
      create table outbox (
        id uuid primary key,
        topic text not null,
        key text not null,
        headers jsonb not null,
        value text not null,
        created_at timestamptz not null default now()
      )`);
    await db.query(`create index outbox_by_time on outbox (created_at)`);
  }

  async down(db: QueryRunner): Promise<void> {
    for (const table of ['outbox', 'output_chunks', 'executions', 'runs'])
      await db.query(`drop table ${table}`);
  }
}
