import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Retries and evidence. `superseded_by` is the attempt that follows an execution: what becomes of that one then is the run's, and its own end is only
 * its own. `late_reports` are reports of an end that came to an execution which had ended otherwise: the first end stands, and what was said
 * against it is kept, so many of each execution, numbered.
 */
export class Retries1732233600017 implements MigrationInterface {
  name = 'Retries1732233600017';

  async up(db: QueryRunner): Promise<void> {
    await db.query(`alter table executions add column superseded_by uuid`);
    await db.query(`
      create table late_reports (
        execution_id uuid not null references executions (id) on delete cascade,
        nth integer not null,
        said text not null,
        code text,
        exit_code integer,
        outcome jsonb not null,
        stood text not null,
        reported_at timestamptz not null,
        heard_at timestamptz not null,
        primary key (execution_id, nth)
      )`);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`drop table late_reports`);
    await db.query(`alter table executions drop column superseded_by`);
  }
}
