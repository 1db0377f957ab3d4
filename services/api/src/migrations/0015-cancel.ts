import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Cancelling: who asked for it and when, first. `outbox.attempted` is false for as long as a message has certainly never been given to the broker,
 * so that an order which was not sent yet can be taken back.
 */
export class Cancel1732233600015 implements MigrationInterface {
  name = 'Cancel1732233600015';

  async up(db: QueryRunner): Promise<void> {
    await db.query(
      `alter table runs add column cancel_requested_at timestamptz, add column cancel_requested_by text`,
    );
    await db.query(`alter table outbox add column attempted boolean not null default true`);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`alter table outbox drop column attempted`);
    await db.query(`alter table runs drop column cancel_requested_at, drop column cancel_requested_by`);
  }
}
