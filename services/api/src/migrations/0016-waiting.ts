import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Executions that wait. `waits_for` says for what; `not_before` when its time comes, `give_up_at` when it is given up. `lock_key` is held by one
 * execution at a time, `limit_key` by `limit_most` of them; who holds and who waits follows from the state of these rows alone, so nothing has to be
 * given back. `place` is the order in which they came, by the database. A retry carries the `idempotency_key` of the first attempt; without one it is the
 * execution's id. Plain executions have none of these.
 */
export class Waiting1732233600016 implements MigrationInterface {
  name = 'Waiting1732233600016';

  async up(db: QueryRunner): Promise<void> {
    await db.query(`alter table executions add column waits_for text, add column not_before timestamptz, add column give_up_at timestamptz,
      add column lock_key text, add column limit_key text, add column limit_most integer, add column place bigint, add column idempotency_key uuid`);
    await db.query(`create sequence execution_places`);
    await db.query(`create index executions_by_lock on executions (lock_key, place)
      where lock_key is not null and state in ('waiting', 'accepted', 'running', 'lost')`);
    await db.query(`create index executions_by_limit on executions (limit_key, place)
      where limit_key is not null and state in ('waiting', 'accepted', 'running', 'lost')`);
    await db.query(
      `create index executions_that_wait on executions (waits_for, run_id) where state = 'waiting'`,
    );
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`drop index executions_that_wait`);
    await db.query(`drop index executions_by_limit`);
    await db.query(`drop index executions_by_lock`);
    await db.query(`drop sequence execution_places`);
    await db.query(`alter table executions drop column waits_for, drop column not_before, drop column give_up_at,
      drop column lock_key, drop column limit_key, drop column limit_most, drop column place, drop column idempotency_key`);
  }
}
