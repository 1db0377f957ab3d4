import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Runs of several stages. `plan` is what is still to be done and how the result is shown, whole, so that running work keeps its bundle
 * versions; `staged` tells a run that goes on after its first execution; `result` is its records, kept for `last`; `expanded` is the line
 * after aliases and history. `rooms` are those in which Chasqui was spoken to: what a redirect may name. An execution belongs to a stage and is one item
 * of it, with the record it was given. Records are `json`, because `jsonb` would forget the order of their fields.
 */
export class Pipelines1732233600007 implements MigrationInterface {
  name = 'Pipelines1732233600007';

  async up(db: QueryRunner): Promise<void> {
    await db.query(`alter table runs add column plan jsonb, add column staged boolean not null default false,
      add column result json, add column expanded text, add column masked boolean not null default false`);
    await db.query(`alter table executions add column stage integer not null default 0, add column item integer not null default 0,
      add column input json`);
    await db.query(
      `create index executions_waiting on executions (run_id, stage, item) where state = 'waiting'`,
    );
    await db.query(`create index runs_by_place on runs (user_id, adapter, room, id desc)`);
    await db.query(`
      create table rooms (
        adapter text not null,
        workspace text not null default '',
        id text not null,
        name text not null,
        seen_at timestamptz not null default now(),
        primary key (adapter, workspace, id)
      )`);
    // Bundles that were read before commands said what they print.
    await db.query(`
      update bundles set content = jsonb_set(content, '{commands}',
        coalesce((select jsonb_agg('{"output": "text"}'::jsonb || c) from jsonb_array_elements(content -> 'commands') c), '[]'))`);
    await db.query(`create index rooms_by_name on rooms (adapter, workspace, name)`);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`drop table rooms`);
    await db.query(`drop index runs_by_place`);
    await db.query(`drop index executions_waiting`);
    await db.query(`alter table executions drop column stage, drop column item, drop column input`);
    await db.query(
      `alter table runs drop column plan, drop column staged, drop column result, drop column expanded, drop column masked`,
    );
  }
}
