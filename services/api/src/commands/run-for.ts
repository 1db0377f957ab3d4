import { maskLine, type Span } from '@chasqui/command-language';
import type { ChatMessage, Refusal } from '@chasqui/contracts';
import type { Rendered } from '@chasqui/replies';
import { finalStep } from '../runs/open-execution.js';
import type { RunRow } from '../runs/run-row.js';
import type { Decision } from './decide.js';
import type { Known } from './known.js';
import { firstCommand, isStaged } from './plan.js';
import { messageKey } from './run-id.js';

/** The run of a chat message as it is first written: who asked for what, and how far it was understood. */
export function runFor(id: string, message: ChatMessage, decision: Decision, known: Known): RunRow {
  const entry = decision.kind === 'answer' ? undefined : decision.entry;
  const plan = decision.kind === 'plan' ? decision : undefined;
  const stage = plan && firstCommand(plan);
  const texts = textsOf(message, decision);
  return {
    id,
    message_key: messageKey(message),
    line: texts.line,
    status: 'accepted',
    code: null,
    facts: null,
    user_id: known.asker?.id ?? null,
    username: known.asker?.username ?? null,
    user_email: known.asker?.email ?? null,
    adapter: message.adapter,
    workspace: message.workspace ?? null,
    room: message.room.id,
    room_name: message.room.name ?? null,
    thread: message.thread ?? null,
    sender: message.sender.id,
    in_reply_to: message.id,
    bundle: entry?.bundle.name ?? null,
    command: entry?.command.name ?? ('builtIn' in decision ? decision.builtIn : null),
    version: entry?.bundle.version ?? null,
    relay: stage?.relay || null,
    selector: stage?.selector ?? null,
    exit_code: null,
    accepted_at: new Date(known.now).toISOString(),
    started_at: null,
    finished_at: null,
    reply_seq: 0,
    reply: null,
    plan: null,
    staged: plan ? isStaged(plan) : false,
    result: null,
    expanded: texts.expanded,
    masked: texts.masked,
    scopes: known.asker?.scopes ?? null,
    cancel_requested_at: null,
    cancel_requested_by: null,
    schedule: known.schedule ?? null,
  };
}

/**
 * The line as it may be kept, and as it was read where aliases or history made it another. Secrets are found in what was read; where that
 * is not what was typed, what was typed is not kept.
 */
export function textsOf(message: Pick<ChatMessage, 'text'>, decision: Decision) {
  const read = decision.text ?? message.text;
  const secrets = secretSpans(decision);
  const shown = maskLine(read, secrets);
  const same = read === message.text;
  const masked = secrets.length > 0;
  return { line: same || masked ? shown : message.text, expanded: same ? null : shown, masked };
}

/** Where in the line that was read secrets stand, as far as that could be told. */
export function secretSpans(decision: Decision): readonly Span[] {
  const told = decision.kind === 'refused' ? (decision.refusal.facts['secrets'] as readonly Span[]) : [];
  return [...(decision.secrets ?? []), ...(told ?? [])];
}

/** A run that is over as it begins: refused, or answered by the API itself. */
export function settledRun(run: RunRow, reply: Rendered, refusal?: Refusal): RunRow {
  return {
    ...run,
    status: reply.mark === 'refused' ? 'refused' : 'succeeded',
    code: refusal?.code ?? null,
    facts: refusal?.facts ?? null,
    finished_at: run.accepted_at,
    reply_seq: finalStep,
    reply,
  };
}
