import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * No index of `runs` names a column that changes while a command goes its way. PostgreSQL then writes the new version of a row beside the old one and
 * leaves all indexes alone (a heap-only tuple), for each start and each end. Which runs are open their executions know.
 */
export class PlainRuns1732233600021 implements MigrationInterface {
  name = 'PlainRuns1732233600021';

  async up(db: QueryRunner): Promise<void> {
    await db.query(`drop index runs_open`);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`create index runs_open on runs (id) where status in ('accepted', 'running')`);
  }
}
