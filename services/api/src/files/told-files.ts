import type { Finished, LeftOutFile, OutFile, Refused } from '@chasqui/contracts';
import type { NotKeptFile } from '@chasqui/replies';
import type { DataSource, EntityManager } from 'typeorm';
import { jsonb } from '../json.js';
import type { End } from '../runs/end-of.js';
import { listMade, type FileMade } from './run-files.js';

type Db = Pick<EntityManager, 'query'>;

/** What an end says of files. */
interface Told {
  readonly files?: readonly OutFile[];
  readonly leftOut?: readonly LeftOutFile[];
  readonly lost?: string;
}

/** A file that a run left and that is not to be had, or all those of one execution of which nobody can tell the names. */
export interface FileNotKept extends NotKeptFile {
  readonly executionId: string;
  readonly relay: string;
}

/**
 * Keeps what a relay says of files with an end, before that is written; and finds those that it names and that did not come, because whoever
 * is told of them would look for them in vain.
 */
export async function withFilesTold(
  dataSource: DataSource,
  report: Finished | Refused,
  end: End,
): Promise<End> {
  if (report.kind === 'refused') return end;
  const { files = [], filesLeftOut: leftOut, filesLost: lost } = report;
  if (files.length === 0 && !leftOut && lost === undefined) return end;
  await keep(dataSource, report, { files, leftOut, lost });
  if (files.length === 0) return end;
  const { runId, executionId, epoch } = report;
  const came = await dataSource.query<{ name: string }[]>(
    `select name from run_files where run_id = $1 and owner = $2 and epoch = $3 group by name having count(*) = max(parts)`,
    [runId, executionId, epoch],
  );
  const names = new Set(came.map(({ name }) => name));
  const missing = files.filter(({ name }) => !names.has(name));
  return missing.length === 0
    ? end
    : { ...end, files: files.filter(({ name }) => names.has(name)), filesMissing: missing };
}

/** Only of an execution that is this relay's, and not over. */
async function keep(dataSource: DataSource, report: Finished, told: Told): Promise<void> {
  const { executionId, relay, attempt, epoch } = report;
  await dataSource.query(
    `insert into files_told (run_id, execution_id, epoch, told)
     select run_id, id, $4, $5::jsonb from executions
     where id = $1 and relay = $2 and attempt = $3 and epoch <= $4 and state in ('accepted', 'running', 'lost')
     on conflict (run_id, execution_id) do update set epoch = excluded.epoch, told = excluded.told`,
    [executionId, relay, attempt, epoch, jsonb(told)],
  );
}

/** What a run left: the files that are to be had, and those that are not. */
export async function listFiles(
  db: Db,
  runId: string,
): Promise<{ readonly files: FileMade[]; readonly notKept: FileNotKept[] }> {
  // In this order, so that what comes in between is not missed in both.
  const told = await db.query<{ executionId: string; relay: string; told: Told }[]>(
    `select e.id as "executionId", e.relay, t.told
     from files_told t join executions e on e.id = t.execution_id and e.run_id = t.run_id and e.epoch = t.epoch
     where t.run_id = $1 and e.state not in ('accepted', 'running') order by e.stage, e.item, e.attempt`,
    [runId],
  );
  const files = await listMade(db, runId);
  const came = new Set(files.map(({ executionId, name }) => `${executionId}/${name}`));
  const notKept = told.flatMap(({ executionId, relay, told: { files: named = [], leftOut = [], lost } }) => [
    ...named
      .filter(({ name }) => !came.has(`${executionId}/${name}`))
      .map((file) => ({ executionId, relay, ...file, why: 'missing' as const })),
    ...leftOut.map((file) => ({ executionId, relay, ...file })),
    ...(lost === undefined ? [] : [{ executionId, relay, why: 'lost' as const, detail: lost }]),
  ]);
  return { files, notKept };
}
