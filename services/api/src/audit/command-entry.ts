import { trace } from '@opentelemetry/api';
import type { Asked } from '../commands/asked.js';
import type { Decision } from '../commands/decide.js';
import { fullNameOf } from '../commands/full-name.js';
import type { Known } from '../commands/known.js';
import type { CommandStage } from '../commands/plan.js';
import { httpAdapter } from '../runs/reply-to.js';
import type { JudgedRule } from '../commands/authorise.js';
import type { ExecutionRow, RunRow } from '../runs/run-row.js';
import { newEntry, type NewEntry } from './new-entry.js';

/** What a decision was made of, besides the run that it became. */
export interface Decided {
  readonly decision: Decision;
  readonly known: Pick<Known, 'now'> & { readonly origin?: string };
  readonly asked: Asked;
  /** What it began with: rules that waited for a record were judged with these. */
  readonly executions: readonly Pick<ExecutionRow, 'judged'>[];
}

/**
 * The first entry about a run: who said what, where, how, and what was decided by which rules. The line stands in it as it stands in the run,
 * without its secrets. A run that is over as it begins, refused or answered, has no other.
 */
export function commandEntry(run: RunRow, { decision, known, asked, executions }: Decided): NewEntry {
  const plan = decision.kind === 'plan' ? decision : undefined;
  const stages = plan?.stages.filter((stage) => stage.kind === 'command') ?? [];
  const { caller } = asked;
  const content = {
    line: run.line,
    expanded: run.expanded ?? undefined,
    user:
      run.user_id === null ? undefined : { id: run.user_id, username: run.username, email: run.user_email },
    adapter: run.adapter,
    workspace: run.workspace ?? undefined,
    room: run.room,
    channel: run.room_name ?? run.room,
    thread: run.thread ?? undefined,
    sender: run.sender,
    origin: known.origin ?? (run.adapter === httpAdapter ? 'api' : 'chat'),
    method: caller?.method ?? (run.schedule ? 'schedule' : run.adapter === httpAdapter ? 'api' : run.adapter),
    schedule: run.schedule ?? undefined,
    address: caller?.address,
    tokenId: caller?.tokenId,
    sessionId: caller?.sessionId,
    requestId: caller?.requestId,
    command: run.bundle === null ? (run.command ?? undefined) : `${run.bundle}:${run.command}`,
    version: run.version ?? undefined,
    image: imageOf(stages[0], decision),
    relay: run.relay ?? undefined,
    selector: run.selector || undefined,
    ...(run.staged && { stages: stages.map(stageOf) }),
    targets: plan && plan.targets.length > 0 ? plan.targets.map(({ label }) => label) : undefined,
    rules: distinct([...('judged' in decision ? decision.judged : []), ...executions.flatMap(judgedOf)]),
    status: run.status,
    code: run.code ?? undefined,
    acceptedAt: run.accepted_at,
    finishedAt: run.finished_at ?? undefined,
    durationMs: run.finished_at === null ? undefined : Math.max(0, Date.now() - known.now),
    traceId: traceId(),
  };
  return newEntry('command', run.id, 0, content, known.now);
}

/** One rule may have been judged with a thousand records: so many different ones stand in an entry at most. */
export const mostRules = 200;

function distinct(rules: readonly JudgedRule[]): JudgedRule[] {
  const byText = new Map(rules.map((rule) => [JSON.stringify(rule), rule]));
  return [...byText.values()].slice(0, mostRules);
}

function judgedOf({ judged }: Pick<ExecutionRow, 'judged'>): readonly JudgedRule[] {
  return (judged as readonly JudgedRule[] | null) ?? [];
}

function stageOf(stage: CommandStage) {
  const { bundle, command, relay, selector, each } = stage;
  return {
    command: fullNameOf(stage),
    version: bundle.version,
    image: command.image,
    relay,
    relays: each?.targets.map((target) => target.relay),
    selector: selector || undefined,
  };
}

function imageOf(stage: CommandStage | undefined, decision: Decision): string | undefined {
  if (stage) return stage.command.image;
  return decision.kind === 'refused' ? decision.entry?.command.image : undefined;
}

/** Undefined where no traces are taken. */
function traceId(): string | undefined {
  const id = trace.getActiveSpan()?.spanContext().traceId;
  return id === undefined || /^0+$/.test(id) ? undefined : id;
}
