import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * The audit log. `audit_entries` has what was done; nobody changes or removes a row of it. `audit_unsealed` has the ids of those that are in no
 * block yet: a table of its own, because the entries themselves cannot be marked, and because ids say what is left to seal also where the
 * database was restored and the transactions count anew. `audit_blocks` is the chain. `audit_anchors` says where it begins, once its
 * oldest blocks were removed by the operator.
 *
 * What is asked for by is a generated column, so that it cannot differ from the content that is sealed. Run and action ids are made from time:
 * `about` gives the order, and a page goes on behind the last one's.
 */
export class Audit1732233600012 implements MigrationInterface {
  name = 'Audit1732233600012';

  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      create table audit_entries (
        id uuid primary key,
        at timestamptz not null,
        kind text not null check (kind in ('command', 'action')),
        about uuid not null,
        step integer not null,
        content jsonb not null,
        username text collate "C" generated always as (content #>> '{user,username}') stored,
        command text collate "C" generated always as (content ->> 'command') stored,
        relay text collate "C" generated always as (content ->> 'relay') stored,
        channel text collate "C" generated always as (content ->> 'channel') stored,
        status text collate "C" generated always as (content ->> 'status') stored,
        action text collate "C" generated always as (content ->> 'action') stored,
        resource_kind text collate "C" generated always as (content #>> '{resource,kind}') stored,
        resource_name text collate "C" generated always as (content #>> '{resource,name}') stored,
        result text collate "C" generated always as (content ->> 'result') stored
      )`);
    await db.query(`create index audit_entries_about on audit_entries (kind, about desc, step desc)`);
    for (const column of ['username', 'command', 'relay', 'channel', 'status']) {
      await db.query(
        `create index audit_commands_by_${column} on audit_entries (${column}, about desc) where kind = 'command'`,
      );
    }
    await db.query(
      `create index audit_commands_by_stage on audit_entries using gin ((content -> 'stages') jsonb_path_ops)
       where kind = 'command' and content -> 'stages' is not null`,
    );
    for (const column of ['username', 'action', 'resource_kind', 'resource_name', 'result']) {
      await db.query(
        `create index audit_actions_by_${column} on audit_entries (${column}, about desc) where kind = 'action'`,
      );
    }
    await db.query(`create table audit_unsealed (id uuid not null)`);
    await db.query(`
      create table audit_blocks (
        n bigint primary key,
        at timestamptz not null,
        hash text not null,
        entries integer not null,
        block json not null
      )`);
    await db.query(`create index audit_blocks_by_time on audit_blocks (at)`);
    await db.query(
      `create table audit_anchors (n bigint primary key, at timestamptz not null, anchor json not null)`,
    );
    await db.query(`
      create function audit_stays() returns trigger language plpgsql as $$
      begin
        -- The operator's way to let go of the oldest; it needs the role that could as well drop the trigger.
        if tg_op = 'DELETE' and current_setting('chasqui.audit_prune', true) = 'on'
          and pg_has_role(current_user, (select relowner from pg_class where oid = tg_relid), 'usage') then
          return null;
        end if;
        raise exception 'the audit log is only ever added to: % of % is refused', lower(tg_op), tg_table_name
          using errcode = 'insufficient_privilege';
      end $$`);
    for (const table of kept) {
      await db.query(
        `create trigger audit_stays before update or delete or truncate on ${table} for each statement execute function audit_stays()`,
      );
    }
    await db.query(`alter table executions add column image_digest text, add column judged jsonb`);
    await db.query(`create index runs_open on runs (id) where status in ('accepted', 'running')`);
    await db.query(commandAudit);
    await db.query(actionAudit);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`drop view command_audit, action_audit`);
    await db.query(`drop index runs_open`);
    await db.query(`alter table executions drop column image_digest, drop column judged`);
    await db.query(`drop table audit_unsealed, ${kept.join(', ')}`);
    await db.query(`drop function audit_stays`);
  }
}

const kept = ['audit_entries', 'audit_blocks', 'audit_anchors'];

/** Only the last entry about a run or an action counts: it has all that the ones before it have. */
const last = (kind: string) => `e.kind = '${kind}' and not exists (
    select from audit_entries later where later.kind = '${kind}' and later.about = e.about and later.step > e.step)`;

/** A row for each run, refused ones too, for those who ask in SQL. */
const commandAudit = `
  create view command_audit as
  select e.about as run_id, e.content ->> 'acceptedAt' as accepted_at, e.username, e.content #>> '{user,id}' as user_id,
    e.content #>> '{user,email}' as email, e.content ->> 'line' as line, e.command, e.content ->> 'version' as version,
    e.content ->> 'image' as image, e.content ->> 'imageDigest' as image_digest, e.content ->> 'adapter' as adapter,
    e.content ->> 'workspace' as workspace, e.channel, e.relay, e.content -> 'rules' as rules, e.status, e.content ->> 'code' as code,
    (e.content ->> 'exitCode')::int as exit_code, (e.content ->> 'durationMs')::bigint as duration_ms,
    e.content ->> 'traceId' as trace_id, e.content ->> 'origin' as origin, e.content ->> 'method' as method, e.content
  from audit_entries e where ${last('command')}`;

/** A row for each action. */
const actionAudit = `
  create view action_audit as
  select e.about as action_id, e.at, e.username, e.action, e.resource_kind, e.resource_name, e.result,
    (e.content ->> 'statusCode')::int as status_code, e.content -> 'before' as before, e.content -> 'after' as after,
    e.content ->> 'method' as method, e.content ->> 'address' as address, e.content ->> 'tokenId' as token_id, e.content
  from audit_entries e where ${last('action')}`;
