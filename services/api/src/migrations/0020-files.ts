import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Files of runs, in parts. Those that were given belong to the run, with its id as `owner`, and bear the name that the command has for them; they
 * are written before the run is. Those that came out belong to an execution.
 */
export class Files1732233600020 implements MigrationInterface {
  name = 'Files1732233600020';

  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      create table run_files (
        run_id uuid not null,
        owner uuid not null,
        epoch integer not null default 0,
        name text not null,
        part integer not null default 0,
        parts integer not null default 1,
        bytes bytea not null,
        primary key (run_id, owner, epoch, name, part)
      )`);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`drop table run_files`);
  }
}
