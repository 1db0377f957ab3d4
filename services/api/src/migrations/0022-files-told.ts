import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What the end of an execution says of the files that it left: those whose parts were to come before it, those that were left out, and why any are lost. */
export class FilesTold1732233600022 implements MigrationInterface {
  name = 'FilesTold1732233600022';

  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      create table files_told (
        run_id uuid not null,
        execution_id uuid not null,
        epoch integer not null,
        told jsonb not null,
        primary key (run_id, execution_id)
      )`);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`drop table files_told`);
  }
}
