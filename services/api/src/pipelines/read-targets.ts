import type { Refusal } from '@chasqui/contracts';
import { endSentence, sentence, type FanOutTargetView, type RunEnd } from '@chasqui/replies';
import type { DataSource } from 'typeorm';
import type { WaitsFor } from '../runs/run-row.js';

/** One relay of a fan-out as it stands, and when it may begin, where its wave waits for its time. In milliseconds since the epoch. */
export interface ReadTarget extends FanOutTargetView {
  readonly item: number;
  readonly notBefore?: number;
}

/** Of what was printed, so many of the last chunks are looked at for its last line, and so many of their characters. */
const [tailChunks, tailCharacters] = [3, 400];

const read = `select e.item, e.relay, e.state, e.waits_for, e.not_before, e.started_at, e.finished_at, e.exit_code, e.outcome, e.timeout_ms, (
    select string_agg(c.text, '' order by c.seq) from (
      select seq, right(text, ${tailCharacters}) as text from output_chunks
      where execution_id = e.id and epoch = e.epoch and text is not null order by seq desc limit ${tailChunks}
    ) c) as tail
  from executions e where e.run_id = $1 and e.stage = $2 and e.superseded_by is null order by e.item`;

/** Reads how each relay of a fan-out stands, in the order of its targets, with the end of what each printed. */
export async function readTargets(
  db: Pick<DataSource, 'query'>,
  runId: string,
  stage: number,
  now: number,
): Promise<readonly ReadTarget[]> {
  const rows = await db.query<Row[]>(read, [runId, stage]);
  return rows.map((row) => ({
    item: row.item,
    relay: row.relay,
    state: row.state,
    waitsFor: row.waits_for ?? undefined,
    notBefore: row.not_before?.getTime(),
    startedAt: row.started_at?.getTime(),
    finishedAt: row.finished_at?.getTime(),
    exitCode: row.exit_code ?? undefined,
    tail: row.tail ?? undefined,
    said: row.outcome ? saidOf(row.outcome, row, runId, now) : undefined,
  }));
}

interface Row {
  readonly item: number;
  readonly relay: string;
  readonly state: string;
  readonly waits_for: WaitsFor | null;
  readonly not_before: Date | null;
  readonly started_at: Date | null;
  readonly finished_at: Date | null;
  readonly exit_code: number | null;
  readonly outcome: RunEnd | (Pick<Refusal, 'code' | 'facts'> & { readonly kind: 'refused' }) | null;
  readonly timeout_ms: string;
  readonly tail: string | null;
}

/** What is said of an end that its state and exit code do not tell, in short. */
function saidOf(
  outcome: NonNullable<Row['outcome']>,
  { relay, timeout_ms }: Row,
  runId: string,
  now: number,
): string | undefined {
  if (outcome.kind === 'exited' || outcome.kind === 'cancelled') return undefined;
  if (outcome.kind === 'refused' && 'facts' in outcome) return sentence({ ...outcome, kind: 'refusal' });
  const said = endSentence(outcome as RunEnd, { relay, runId, timeoutMs: Number(timeout_ms), now });
  return said?.split(/; |\. /, 1)[0];
}
