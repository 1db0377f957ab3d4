import { fileLimits, type FilePart } from '@chasqui/contracts';
import type { DataSource, EntityManager } from 'typeorm';
import { prepared } from '../prepared.js';

/** A file that a person gave, by the name that the command has for it. */
export interface FileGiven {
  readonly key: string;
  readonly base64: string;
}

/** A file that came out of an execution. */
export interface FileMade {
  readonly executionId: string;
  readonly relay: string;
  readonly name: string;
  readonly bytes: number;
}

type Db = Pick<EntityManager, 'query'>;

/** Keeps what was given with a run, before the run is recorded: whoever makes an order of it finds it there. */
export async function keepGiven(db: Db, runId: string, files: readonly FileGiven[]): Promise<void> {
  await db.query(
    `insert into run_files (run_id, owner, name, bytes)
     select $1, $1, f.key, decode(f.base64, 'base64') from jsonb_to_recordset($2::jsonb) as f(key text, base64 text)
     on conflict do nothing`,
    [runId, JSON.stringify(files)],
  );
}

/** What was given with a run. */
export function readGiven(db: Db, runId: string): Promise<FileGiven[]> {
  return db.query<FileGiven[]>(
    `select name as key, replace(encode(bytes, 'base64'), E'\\n', '') as base64 from run_files
     where run_id = $1 and owner = $1 order by name`,
    [runId],
  );
}

/** More parts than this no honest relay sends for one execution. */
const mostParts = fileLimits.outCount + Math.ceil(fileLimits.outAllBytes / fileLimits.partBytes);

const insert = prepared(
  'file part',
  `with e as (
     update executions set epoch = $4 where id = $1 and relay = $2 and attempt = $3 and epoch <= $4
     and state in ('accepted', 'running', 'lost') returning id, run_id
   )
   insert into run_files (run_id, owner, epoch, name, part, parts, bytes)
   select e.run_id, e.id, $4, $5, $6, $8, decode($7, 'base64') from e
   where (select count(*) from run_files f where f.run_id = e.run_id and f.owner = e.id and f.epoch = $4) < ${mostParts}
   on conflict (run_id, owner, epoch, name, part) do update set bytes = excluded.bytes returning owner`,
);

/** What an end has overtaken: of a file that it named, and no more than it said there was. */
const insertLate = prepared(
  'late file part',
  `insert into run_files (run_id, owner, epoch, name, part, parts, bytes)
   select e.run_id, e.id, $4, $5, $6, $8, decode($7, 'base64')
   from executions e join files_told t on t.run_id = e.run_id and t.execution_id = e.id and t.epoch = e.epoch,
     jsonb_to_recordset(t.told -> 'files') as named(name text, bytes bigint)
   where e.id = $1 and e.relay = $2 and e.attempt = $3 and e.epoch = $4 and e.state in ('succeeded', 'failed', 'timed-out', 'cancelled')
     and named.name = $5 and named.bytes >= length(decode($7, 'base64')) + (
       select coalesce(sum(length(f.bytes)), 0) from run_files f
       where f.run_id = e.run_id and f.owner = e.id and f.epoch = e.epoch and f.name = $5
     )
   on conflict do nothing returning owner`,
);

/** Keeps a part of a file as it comes. False where the execution is not this relay's, or is over and said nothing of it, or there is too much. */
export async function keepFilePart(dataSource: DataSource, report: FilePart): Promise<boolean> {
  const { executionId, relay, attempt, epoch, name, part, parts, base64 } = report;
  const values = [executionId, relay, attempt, epoch, name, part, base64, parts];
  if ((await insert(dataSource, values)).length > 0) return true;
  return (await insertLate(dataSource, values)).length > 0;
}

const made = `from run_files f join executions e on e.id = f.owner and e.run_id = f.run_id and e.epoch = f.epoch where f.run_id = $1`;

/** The files that a run left, those that came whole, in the order of its stages and by name. */
export async function listMade(db: Db, runId: string): Promise<FileMade[]> {
  const rows = await db.query<(Omit<FileMade, 'bytes'> & { bytes: string })[]>(
    `select e.id as "executionId", e.relay, f.name, sum(length(f.bytes)) as bytes ${made}
     group by e.id, e.relay, e.stage, e.item, e.attempt, f.name having count(*) = max(f.parts) order by e.stage, e.item, e.attempt, f.name`,
    [runId],
  );
  return rows.map((row) => ({ ...row, bytes: Number(row.bytes) }));
}

/** One of them, whole; undefined where there is none. */
export async function readMade(
  db: Db,
  runId: string,
  executionId: string,
  name: string,
): Promise<Buffer | undefined> {
  const rows = await db.query<{ bytes: Uint8Array; parts: number }[]>(
    `select f.bytes, f.parts ${made} and e.id = $2 and f.name = $3 order by f.part`,
    [runId, executionId, name],
  );
  return rows.length > 0 && rows.length === rows[0]!.parts
    ? Buffer.concat(rows.map(({ bytes }) => bytes))
    : undefined;
}
