import { parseLine } from '@chasqui/command-language';
import { topics, type ChatMessage, type ChatReply, type Order } from '@chasqui/contracts';
import { renderRefusal, type Rendered } from '@chasqui/replies';
import { seal } from '@chasqui/sealing';
import { inSpan } from '@chasqui/telemetry';
import { outgoing, type Outgoing } from '@chasqui/transport';
import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { ApiConfig } from '../config.js';
import { Events } from '../events.js';
import { gathered } from '../gathered.js';
import { newId } from '../ids.js';
import { CONFIG } from '../parts.js';
import { RelayBoard } from '../relays/board.service.js';
import { Endings } from '../runs/endings.service.js';
import { Outbox, outboxRow } from '../runs/outbox.service.js';
import { Progress } from '../runs/progress.service.js';
import { record, type Recording } from '../runs/record.js';
import { replyMessages } from '../runs/reply-to.js';
import type { ExecutionRow, RunRow } from '../runs/run-row.js';
import { decide, type Decision, type Known, type Plan } from './decide.js';
import { environmentOf } from './environment.js';
import { Lookup } from './lookup.service.js';
import { limitsOf } from './limits.js';

/** Takes a chat message all the way to its order: the upper half of the way of one command. */
@Injectable()
export class Commands {
  private readonly record = gathered((recordings: readonly Recording[]) =>
    record(this.dataSource, recordings),
  );

  constructor(
    private readonly lookup: Lookup,
    private readonly dataSource: DataSource,
    private readonly board: RelayBoard,
    private readonly outbox: Outbox,
    private readonly endings: Endings,
    private readonly progress: Progress,
    private readonly events: Events,
    @Inject(CONFIG) private readonly config: ApiConfig,
  ) {}

  /** Resolves once the run is on record; what it promises to publish follows. Answers the run's id. */
  accept(message: ChatMessage): Promise<string> {
    const runId = newId();
    return inSpan('command', { 'chasqui.run_id': runId, 'chasqui.adapter': message.adapter }, async () => {
      const since = performance.now();
      const line = parseLine(message.text);
      const known = await this.lookup.for(message, runId);
      const decision = decide(line, known);
      const recording = await this.recordingOf(runId, message, decision, known);
      if (!(await this.record(recording))) {
        this.events.messageRepeated({ runId, messageKey: recording.run.message_key });
        return runId;
      }
      this.outbox.send(recording.outbox);
      this.events.runRecorded(recording.run, performance.now() - since);
      if (decision.kind === 'plan') this.follow(recording, decision);
      return runId;
    });
  }

  private follow(recording: Recording, plan: Plan): void {
    this.board.sent(plan.relay);
    this.endings.remember(recording);
    this.progress.expect(recording.run, plan.relay);
  }

  private async recordingOf(
    runId: string,
    message: ChatMessage,
    decision: Decision,
    known: Known,
  ): Promise<Recording> {
    const run = runRow(runId, message, decision, known);
    if (decision.kind !== 'plan') return settled(run, rendered(decision, message, known), decision, message);
    const execution = this.executionRow(runId, decision, known.now);
    const order = this.orderOf(message, decision, execution, known);
    const sealed = await this.sealed(order);
    return { run, executions: [execution], outbox: [outboxRow(sealed)] };
  }

  private executionRow(runId: string, plan: Plan, now: number): ExecutionRow {
    return {
      id: newId(),
      run_id: runId,
      relay: plan.relay,
      attempt: 1,
      state: 'accepted',
      start_by: iso(now + this.config.timing.startWithinMs),
      timeout_ms: plan.entry.command.timeoutMs ?? this.config.timing.commandTimeoutMs,
      started_at: null,
      finished_at: null,
      exit_code: null,
      outcome: null,
      epoch: 0,
      output_bytes: 0,
      dropped_bytes: 0,
      gap_before: null,
    };
  }

  private orderOf(message: ChatMessage, plan: Plan, execution: ExecutionRow, known: Known): Order {
    const { bundle, command } = plan.entry;
    const ids = { runId: execution.run_id, executionId: execution.id, idempotencyKey: execution.id };
    return {
      kind: 'order',
      relay: plan.relay,
      ...ids,
      attempt: execution.attempt,
      issuedAt: known.now,
      startBy: Date.parse(execution.start_by),
      timeoutMs: execution.timeout_ms,
      bundle: bundle.name,
      version: bundle.version,
      command: command.name,
      image: command.image,
      executable: [...command.executable],
      args: [...plan.argv],
      env: environmentOf(plan, message, ids, this.board.get(plan.relay)?.tags ?? []),
      limits: limitsOf(command.limits),
      network: command.network,
      writableRoot: command.writableRoot,
      asker: { id: plan.asker.id, username: plan.asker.username, email: plan.asker.email },
    };
  }

  private async sealed(order: Order): Promise<Outgoing> {
    const keys = this.board.keysOf(order.relay);
    if (!keys) throw new Error(`relay ${order.relay} was chosen and has no key`);
    const text = await seal(order, order.relay, 'to-relay', keys.orders);
    return outgoing(topics.relayOrders, { relay: order.relay }, order.executionId, text, {
      'run-id': order.runId,
    });
  }
}

function rendered(decision: Exclude<Decision, Plan>, message: ChatMessage, known: Known): Rendered {
  if (decision.kind === 'refused') return renderRefusal(decision.refusal, message.text);
  return decision.builtIn.answer(decision.words, decision.asker, known);
}

/** A run that is over as it begins: refused, or answered by the API itself. */
function settled(
  run: RunRow,
  reply: Rendered,
  decision: Exclude<Decision, Plan>,
  message: ChatMessage,
): Recording {
  const refusal = decision.kind === 'refused' ? decision.refusal : undefined;
  const answered: ChatReply = {
    ...reply,
    runId: run.id,
    seq: 1,
    adapter: message.adapter,
    workspace: message.workspace,
    room: message.room.id,
    thread: message.thread,
    recipient: message.sender.id,
    inReplyTo: message.id,
  };
  return {
    run: {
      ...run,
      status: reply.mark === 'refused' ? 'refused' : 'succeeded',
      code: refusal?.code ?? null,
      facts: refusal?.facts ?? null,
      finished_at: run.accepted_at,
      reply_seq: answered.seq,
      reply,
    },
    executions: [],
    outbox: replyMessages(answered).map(outboxRow),
  };
}

function runRow(id: string, message: ChatMessage, decision: Decision, known: Known): RunRow {
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
    accepted_at: iso(known.now),
    started_at: null,
    finished_at: null,
    reply_seq: 0,
    reply: null,
  };
}

function iso(time: number): string {
  return new Date(time).toISOString();
}
