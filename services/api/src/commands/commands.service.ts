import { parseLine } from '@chasqui/command-language';
import { topics, type ChatMessage, type Order } from '@chasqui/contracts';
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
import { addressOf, replyMessages } from '../runs/reply-to.js';
import { decide, type Decision, type Plan } from './decide.js';
import type { Known } from './known.js';
import { Lookup } from './lookup.service.js';
import { executionFor, orderFor } from './order-for.js';
import { runFor, settledRun } from './run-for.js';

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
      const line = parseLine(message.text); // pure
      const known = await this.lookup.for(message, runId); // one read
      const decision = decide(line, known); // pure: a plan, an answer or a refusal
      const recording = await this.recordingOf(runId, message, decision, known);
      const isNew = await this.record(recording); // one write: from here on it is accepted
      if (!isNew) {
        this.events.messageRepeated({ runId, messageKey: recording.run.message_key });
        return runId;
      }
      if (decision.kind === 'plan') this.expectEnd(recording, decision);
      this.outbox.send(recording.outbox);
      this.events.runRecorded(recording.run, performance.now() - since);
      return runId;
    });
  }

  private expectEnd(recording: Recording, plan: Plan): void {
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
    const run = runFor(runId, message, decision, known);
    if (decision.kind !== 'plan') {
      const reply = rendered(decision, message, known);
      const settled = settledRun(run, reply, decision);
      return {
        run: settled,
        executions: [],
        outbox: replyMessages(addressOf(settled), reply, settled.reply_seq).map(outboxRow),
      };
    }
    const execution = executionFor(runId, decision, known.now, this.config.timing);
    const order = orderFor(
      execution,
      decision,
      message,
      known.now,
      this.board.get(decision.relay)?.tags ?? [],
    );
    return { run, executions: [execution], outbox: [outboxRow(await this.sealed(order))] };
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
