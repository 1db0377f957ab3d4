import { filesSentence, notKeptSentence, remarked, type Rendered } from '@chasqui/replies';
import type { EntityManager } from 'typeorm';
import { httpAdapter } from '../runs/reply-to.js';
import type { RunRow } from '../runs/run-row.js';
import { listMade, readMade, type FileMade } from './run-files.js';
import { listFiles } from './told-files.js';

type Db = Pick<EntityManager, 'query'>;

/** So much goes along with a reply, in bytes: sealed, and sealed again, it has to stay under what a broker takes. */
const attachedBytes = 512 * 1024;

/** A reply with the files that an execution left, where its chat may show them and they are small. */
export async function withAttached(
  db: Db,
  { runId, adapter }: { readonly runId: string; readonly adapter: string },
  shown: Rendered,
  of?: string,
): Promise<Rendered> {
  if (adapter === httpAdapter) return shown;
  const made = await listMade(db, runId);
  return attach(
    db,
    runId,
    shown,
    of === undefined ? made : made.filter(({ executionId }) => executionId === of),
  );
}

/** The same at the end of a run that went on after its executions; what they left is said there, too. */
export async function withMade(db: Db, run: RunRow, shown: Rendered): Promise<Rendered> {
  const leaves = run.plan?.stages.some((stage) => stage.kind === 'command' && stage.command.files?.out);
  if (!leaves) return shown;
  const { files: made, notKept } = await listFiles(db, run.id);
  const told = made.length > 0 ? remarked(shown, filesSentence(made, run.id)) : shown;
  const said = notKept.length > 0 ? remarked(told, notKeptSentence(notKept, run.id)) : told;
  return run.adapter === httpAdapter ? said : attach(db, run.id, said, made);
}

async function attach(db: Db, runId: string, shown: Rendered, made: readonly FileMade[]): Promise<Rendered> {
  if (made.length === 0 || made.reduce((sum, { bytes }) => sum + bytes, 0) > attachedBytes) return shown;
  const files: NonNullable<Rendered['files']> = [];
  for (const { executionId, name } of made) {
    const bytes = await readMade(db, runId, executionId, name);
    if (bytes) files.push({ name, base64: bytes.toString('base64') });
  }
  return { ...shown, files };
}
