import type { Command } from '@chasqui/bundles';
import { isRefusal, refusal, type OutputChunk, type Refusal } from '@chasqui/contracts';
import type { DataRecord, Records } from '@chasqui/filters';
import { onRelays, rendered, type Rendered } from '@chasqui/replies';
import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { StoredPlan } from '../commands/plan.js';
import { isUuid } from '../ids.js';
import type { KeptResult } from '../pipelines/kept-result.js';
import { partFault, recordsPrinted, standardOutput } from '../pipelines/stage-output.js';
import { readChunks } from '../runs/output-chunks.js';
import { lineToShow } from '../runs/line-to-show.js';
import { severalSteps } from '../runs/several-steps.js';
import { readRuns } from '../runs/read-runs.js';
import { attemptFields } from './attempt-fields.js';
import { executionTable } from './execution-table.js';
import type { Ask } from './built-in.js';
import { builtInHelp } from './names.js';
import { waitFields } from './wait-fields.js';

/** What somebody ran before, and what came of it. */
@Injectable()
export class History {
  constructor(@Inject(DataSource) private readonly dataSource: DataSource) {}

  /**
   * The result of the asker's last line in this room that ran something, or made records of its own; a line that only looked at an earlier
   * result is none, so `last` means the same until something is run again. Of a result that was too much to be kept whole there is none.
   */
  async last({ asker, known }: Ask): Promise<Records | Refusal> {
    const [run] = await this.dataSource.query<ResultRow[]>(
      `select r.id, r.status, r.plan, r.result, ${severalSteps('r')} as staged, e.id as execution, e.dropped_bytes, e.output_bytes from runs r
       left join executions e on e.run_id = r.id and e.superseded_by is null and not ${severalSteps('r')}
       where r.user_id = $1 and r.adapter = $2 and r.workspace is not distinct from $3 and r.room = $4 and r.status <> 'refused'
         and (r.relay is not null or r.result is not null and coalesce(r.expanded, r.line) !~ '^\\s*(last|history|logs)(\\s|\\||$)')
       order by r.id desc limit 1`,
      [asker.id, known.sender.adapter, known.sender.workspace ?? null, known.place.room],
    );
    if (!run) return refusal('no-history');
    const { id, status, result } = run;
    if (result?.dropped) return refusal('no-result', { id, status, dropped: result.dropped });
    if (result) return { records: result.records, view: result.view };
    if (run.staged || !run.execution || !printedStates.has(status))
      return refusal('no-result', { id, status });
    return this.printed(run, run.execution);
  }

  /** The asker's last lines, newest first. */
  async lines({ words, asker }: Ask): Promise<Records | Refusal> {
    const count = words.length === 0 ? 10 : Number(words[0]);
    if (words.length > 1 || !Number.isInteger(count) || count < 1)
      return refusal('bad-usage', { usage: builtInHelp.history.usage });
    const runs = await readRuns(this.dataSource, { userId: asker.id, limit: Math.min(count, 500) });
    const records = runs.map((run): DataRecord => {
      const { id, acceptedAt: at, status } = run;
      const relay = onRelays(run.relay, run.relayCount);
      return { id, at, status, line: lineToShow(run), ...(relay !== undefined && { relay }) };
    });
    return { records, view: { kind: 'table', columns: ['id', 'at', 'status', 'line'] } };
  }

  /** All about one run that the asker may see. */
  async show({ words, asker }: Ask): Promise<Rendered | Refusal> {
    const [verb, id, ...more] = words;
    if (verb !== 'show' || id === undefined || more.length > 0)
      return refusal('bad-usage', { usage: builtInHelp.run.usage });
    const mayReadAll = asker.permissions.has('chasqui:read-runs');
    const [run] = isUuid(id)
      ? await readRuns(this.dataSource, { id, limit: 1, ...(mayReadAll ? {} : { userId: asker.id }) })
      : [];
    if (!run) return refusal('no-such-run', { id });
    const fields = [
      ['run', run.id],
      ['line', lineToShow(run)],
      ['status', [run.status, run.code].filter(Boolean).join(', ')],
      ['asked by', run.user?.username],
      ['command', run.command && [run.bundle, run.command].filter(Boolean).join(':')],
      ['version', run.version],
      ['relay', onRelays(run.relay, run.relayCount)],
      ['selector', run.selector],
      ['exit code', run.exitCode?.toString()],
      ['accepted', run.acceptedAt],
      ['finished', run.finishedAt],
      ['cancel asked for by', run.cancel && `${run.cancel.by}, ${run.cancel.at}`],
      ['executions', run.executionCount > 1 ? String(run.executionCount) : undefined],
    ].flatMap(([name, value]) => (value ? [{ name: name!, value }] : []));
    fields.push(...attemptFields(run), ...waitFields(run, Date.now()));
    const rest = run.reply ? run.reply.blocks : executionTable(run);
    return rendered('succeeded', [{ kind: 'fields', fields }, ...rest]);
  }

  /** What a run's one execution printed, as its command declares it. */
  private async printed(run: ResultRow, execution: string): Promise<Records | Refusal> {
    const command = commandOf(run.plan);
    const output: OutputChunk[] = await readChunks(this.dataSource, execution);
    const text = standardOutput(output);
    if (text === undefined) return refusal('output-binary', { command: command?.name });
    const [outputBytes, droppedBytes] = [Number(run.output_bytes), Number(run.dropped_bytes)];
    const part = partFault(command?.name, { output, outputBytes, droppedBytes });
    if (part) return part;
    const read = recordsPrinted(command ?? { output: 'text' }, text);
    if (isRefusal(read)) return read;
    return { records: read.records, view: { kind: 'auto' } };
  }
}

/** Ends at which all that a command printed is there. */
const printedStates: ReadonlySet<string> = new Set(['succeeded', 'failed', 'timed-out', 'cancelled']);

interface ResultRow {
  readonly id: string;
  readonly status: string;
  readonly plan: StoredPlan | null;
  readonly result: KeptResult | null;
  readonly staged: boolean;
  readonly execution: string | null;
  readonly dropped_bytes: string | null;
  readonly output_bytes: string | null;
}

function commandOf(plan: StoredPlan | null): Command | undefined {
  const stage = plan?.stages[0];
  return stage?.kind === 'command' ? stage.command : undefined;
}
