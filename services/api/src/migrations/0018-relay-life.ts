import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * The life of relays: that an operator drains or pauses one, since when and why, and when a drained one was found empty. Who may put which tag
 * is told by `protected_tags`, a channel's own selector by `channel_relays`; both are read with the rules of the site, whose revision they move.
 */
export class RelayLife1732233600018 implements MigrationInterface {
  name = 'RelayLife1732233600018';

  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      alter table relays add column drain_at timestamptz, add column drain_note text, add column drained_at timestamptz,
        add column paused_at timestamptz, add column pause_note text`);
    await db.query(`
      create table protected_tags (
        tag text collate "C" primary key,
        protected_at timestamptz not null default now(),
        protected_by text not null
      )`);
    await db.query(`
      create table channel_relays (
        channel text collate "C" primary key,
        channel_name text,
        selector text not null,
        set_at timestamptz not null default now(),
        set_by text not null
      )`);
    for (const table of ['protected_tags', 'channel_relays'])
      await db.query(`
        create trigger ${table}_changed after insert or update or delete or truncate on ${table}
        for each statement execute function site_rules_changed()`);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`drop table channel_relays`);
    await db.query(`drop table protected_tags`);
    await db.query(`
      alter table relays drop column drain_at, drop column drain_note, drop column drained_at,
        drop column paused_at, drop column pause_note`);
  }
}
