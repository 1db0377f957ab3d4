import type { ChatMessage } from '@chasqui/contracts';
import type { Rendered } from '@chasqui/replies';
import type { RunRow } from '../runs/run-row.js';
import type { Decision } from './decide.js';
import type { Known } from './known.js';

/** The run of a chat message as it is first written: who asked for what, and how far it was understood. */
export function runFor(id: string, message: ChatMessage, decision: Decision, known: Known): RunRow {
  const entry = decision.kind === 'answer' ? undefined : decision.entry;
  const plan = decision.kind === 'plan' ? decision : undefined;
  return {
    id,
    message_key: [message.adapter, message.workspace ?? '', message.id].join('/'),
    line: message.text,
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
    command: entry?.command.name ?? (decision.kind === 'answer' ? decision.builtIn.name : null),
    version: entry?.bundle.version ?? null,
    relay: plan?.relay ?? null,
    selector: plan?.selector ?? null,
    exit_code: null,
    accepted_at: new Date(known.now).toISOString(),
    started_at: null,
    finished_at: null,
    reply_seq: 0,
    reply: null,
  };
}

/** A run that is over as it begins: refused, or answered by the API itself. */
export function settledRun(run: RunRow, reply: Rendered, decision: Decision): RunRow {
  const refusal = decision.kind === 'refused' ? decision.refusal : undefined;
  return {
    ...run,
    status: reply.mark === 'refused' ? 'refused' : 'succeeded',
    code: refusal?.code ?? null,
    facts: refusal?.facts ?? null,
    finished_at: run.accepted_at,
    reply_seq: 1,
    reply,
  };
}
