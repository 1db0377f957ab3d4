import { maskLine, type Span } from '@chasqui/command-language';
import { isRefusal, type ChatMessage, type Refusal } from '@chasqui/contracts';
import {
  pickTemplate,
  renderMessageWith,
  renderRefusal,
  type EnvelopeRequest,
  type Rendered,
} from '@chasqui/replies';
import type { SecretKeys } from '@chasqui/sealing';
import { inSpan } from '@chasqui/telemetry';
import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { toThemAlone } from '../registration/to-them-alone.js';
import { Registration } from '../registration/registration.service.js';
import type { StrangerAsks } from '../registration/stranger-line.js';
import { commandEntry } from '../audit/command-entry.js';
import { BuiltIns } from '../built-ins/built-ins.service.js';
import { Recall } from '../built-ins/recall.service.js';
import { Sources } from '../built-ins/sources.service.js';
import type { ApiConfig } from '../config.js';
import { Events } from '../events.js';
import { readSaid } from '../explain/why-line.js';
import { keepGiven } from '../files/run-files.js';
import { takeFiles } from '../files/take-files.js';
import { gathered } from '../gathered.js';
import { CONFIG } from '../parts.js';
import { keptResult } from '../pipelines/kept-result.js';
import { firstStep } from '../pipelines/first-step.js';
import { showResult } from '../pipelines/show-pipeline.js';
import { StageStarts } from '../pipelines/stage-starts.service.js';
import { Endings } from '../runs/endings.service.js';
import { finalReplies } from '../runs/final-replies.js';
import { lineToShow } from '../runs/line-to-show.js';
import { Outbox, outboxRow } from '../runs/outbox.service.js';
import { Progress } from '../runs/progress.service.js';
import { record, type AuditedRecording, type Recording } from '../runs/record.js';
import { addressOf, httpAdapter } from '../runs/reply-to.js';
import type { ExecutionRow, RunRow } from '../runs/run-row.js';
import { secretKeysOf } from '../secrets/secret-keys.js';
import { Turns } from '../waiting/turns.service.js';
import type { Asked } from './asked.js';
import type { Entry } from './catalogue.js';
import { decide, type Answer, type Decision, type Refused } from './decide.js';
import type { Known } from './known.js';
import { Lookup } from './lookup.service.js';
import { executionFor } from './order-for.js';
import { Orders } from './orders.service.js';
import { isStaged, storedPlan, type CommandStage, type Plan } from './plan.js';
import { keepPlan, planKeysOf } from './plan-secrets.js';
import { runFor, secretSpans, settledRun } from './run-for.js';
import { shownRefusal } from './shown-refusal.js';

/** A line is decided so often at most, where its relays are drained meanwhile. */
const mostTimes = 10;

/** Takes a chat message all the way to its order: the upper half of the way of one command. */
@Injectable()
export class Commands {
  private readonly planKeys: SecretKeys;
  private readonly record = gathered((recordings: readonly AuditedRecording[]) =>
    record(this.dataSource, recordings),
  );

  constructor(
    private readonly lookup: Lookup,
    private readonly recall: Recall,
    private readonly builtIns: BuiltIns,
    private readonly sources: Sources,
    private readonly registration: Registration,
    private readonly orders: Orders,
    private readonly starts: StageStarts,
    private readonly dataSource: DataSource,
    private readonly outbox: Outbox,
    private readonly endings: Endings,
    private readonly progress: Progress,
    private readonly turns: Turns,
    private readonly events: Events,
    @Inject(CONFIG) private readonly config: ApiConfig,
  ) {
    this.planKeys = planKeysOf(secretKeysOf(config));
  }

  /** Resolves once the run of this id is on record; what it promises to publish follows. */
  accept(message: ChatMessage, runId: string, asked: Asked = {}): Promise<void> {
    return inSpan('command', { 'chasqui.run_id': runId, 'chasqui.adapter': message.adapter }, async () => {
      const since = performance.now();
      const recording = await this.decideAndRecord(message, runId, asked);
      if (recording === 'repeated') return;
      this.expectEnd(recording);
      this.outbox.send(recording.outbox);
      if (recording.executions.some(isQueued)) await this.queued(runId);
      this.events.runRecorded(recording.run, performance.now() - since);
    });
  }

  /** Again where an operator kept one of its relays from work between the decision and the record. */
  private async decideAndRecord(
    message: ChatMessage,
    runId: string,
    asked: Asked,
  ): Promise<Recording | 'repeated'> {
    for (let times = 1; times <= mostTimes; times++) {
      const as = asked.schedule && { adapter: httpAdapter, senderId: asked.schedule.as, trusted: false };
      const line = await this.recall.line(readSaid(message.text), message, as, asked.scopes); // pure, but for "!!" and "again"
      const known = await this.lookup.for(message, line, runId, as, asked); // one read
      const decision = decide(line, known, message.text); // pure: a plan, an answer or a refusal
      const recording = await this.recordingOf(runId, message, decision, known);
      const { executions } = recording;
      const audit = commandEntry(recording.run, { decision, known, asked, executions });
      const came = await this.record({ ...recording, audit }); // one write: from here on it is accepted
      if (came === 'written') return recording;
      if (came === 'repeated') {
        this.events.messageRepeated({ runId, messageKey: recording.run.message_key });
        return came;
      }
    }
    throw new Error(
      `run ${runId}: its relays were kept from work as often as it was decided, ${mostTimes} times`,
    );
  }

  /** What it may have to wait for may be there: if not, its asker is told at once. */
  private async queued(runId: string): Promise<void> {
    if (!(await this.turns.wake(runId))) this.progress.lookNow(runId);
  }

  private expectEnd(recording: Recording): void {
    if (recording.executions.length === 0) return;
    this.endings.remember(recording);
    this.progress.expect(recording.run);
  }

  private async recordingOf(
    runId: string,
    message: ChatMessage,
    decision: Decision,
    known: Known,
  ): Promise<Recording> {
    const run = this.withPlan(runFor(runId, message, decision, known), decision);
    if (decision.kind === 'refused') return this.refused(run, message, decision);
    if (decision.kind === 'answer') return this.answered(run, decision, known);
    if (decision.kind === 'stranger') return this.toStranger(run, decision, message, known);
    const files = takeFiles(decision, message.files ?? [], message.text);
    if (isRefusal(files)) return this.no(run, files, decision.text, decision.secrets, decision.entry);
    if (files.length > 0) await keepGiven(this.dataSource, run.id, files);
    return isStaged(decision) ? this.staged(run, decision, known) : this.ordered(run, decision, known);
  }

  private withPlan(run: RunRow, decision: Decision): RunRow {
    if (decision.kind !== 'plan') return run;
    const plan = storedPlan(decision);
    return { ...run, plan: plan && keepPlan(plan, decision.secrets, run.id, this.planKeys) };
  }

  /** One command on one relay. */
  private async ordered(run: RunRow, plan: Plan, known: Known): Promise<Recording> {
    const stage = plan.stages[0] as CommandStage;
    const { asker, invocation } = plan;
    const part = { stage: 0, item: 0 };
    const execution = executionFor(run.id, stage, part, 'accepted', known.now, this.config.timing);
    const parts = { execution, stage, invocation: invocation!, run, now: known.now };
    const order = await this.orders.order(parts, known.configuration, asker);
    return { run, executions: [execution], outbox: [order] };
  }

  /** A line of several stages: as far as it goes without a relay, and then the first stage that needs one. */
  private async staged(run: RunRow, plan: Plan, known: Known): Promise<Recording> {
    const [first] = plan.stages;
    const source =
      first?.kind === 'source' ? await this.sources.records(first, plan.asker, known) : undefined;
    if (isRefusal(source)) return this.settled(run, renderRefusal(source), source);
    const { asker } = plan;
    const step = firstStep(plan, source, known);
    switch (step.kind) {
      case 'stop':
        return this.no(run, step.why, plan.text, plan.secrets, plan.entry);
      case 'done': {
        const over = settledRun(run, showResult(step.result));
        return withReplies({ ...over, plan: null, result: keptResult(step.result) }, plan);
      }
      case 'start': {
        const stage = plan.stages[step.stage] as CommandStage;
        const { configuration, now } = known;
        const begun = await this.starts.begin(run, stage, step.items, step.stage, asker, configuration, now);
        return { run, ...begun };
      }
    }
  }

  private async answered(run: RunRow, answer: Answer, known: Known): Promise<Recording> {
    const shown = await this.builtIns.answer(answer, known);
    return isRefusal(shown) ? this.settled(run, renderRefusal(shown), shown) : this.settled(run, shown);
  }

  private async toStranger(
    run: RunRow,
    asks: StrangerAsks,
    { room }: ChatMessage,
    known: Known,
  ): Promise<Recording> {
    const told = await this.registration.toStranger(asks, known, run.id);
    if (isRefusal(told)) return this.settled(run, renderRefusal(told), told);
    const recording = this.settled(run, told.shown);
    return told.secret ? toThemAlone(recording, told.secret, room.direct) : recording;
  }

  private refused(run: RunRow, message: ChatMessage, decision: Refused): Recording {
    const { refusal, text = message.text, entry } = decision;
    return this.no(run, refusal, text, secretSpans(decision), entry);
  }

  /** A refusal shows the line with a caret under the place, and without the secrets in it. */
  private no(run: RunRow, why: Refusal, text: string, secrets: readonly Span[], entry?: Entry): Recording {
    const shown = shownRefusal(why, secrets);
    return this.settled(run, renderRefusal(shown, maskLine(text, secrets)), shown, entry);
  }

  /** What Chasqui itself says, by the templates of messages where there are any. */
  private settled(run: RunRow, said: Rendered, why?: Refusal, entry?: Entry): Recording {
    const picked = pickTemplate(why ? 'message_error' : 'message', {
      command: entry?.command.templates,
      bundle: entry?.bundle.templates,
      format: entry?.bundle.format,
      installation: this.config.templates,
    });
    const shown = picked ? renderMessageWith(picked, requestOfRun(run), said) : said;
    return withReplies(settledRun(run, shown, why), undefined);
  }
}

function withReplies(run: RunRow, plan: Plan | undefined): Recording {
  const asked = { username: run.username ?? '', line: lineToShow(run) };
  const shown = run.reply as Rendered;
  const replies = finalReplies(addressOf(run), plan?.targets ?? [], shown, run.reply_seq, asked);
  return { run, executions: [], outbox: replies.map(outboxRow) };
}

/** Whether it is to be looked at once what it may have to wait for is there. */
function isQueued({ waits_for }: ExecutionRow): boolean {
  return waits_for === 'lock' || waits_for === 'relay';
}

function requestOfRun(run: RunRow): Partial<EnvelopeRequest> {
  return {
    adapter: run.adapter,
    room: { id: run.room, ...(run.room_name !== null && { name: run.room_name }) },
    user: { id: run.user_id ?? '', username: run.username ?? '', email: run.user_email ?? '' },
    runId: run.id,
    line: lineToShow(run),
    at: run.accepted_at,
    bundle: { name: run.bundle ?? '', version: run.version ?? '' },
    command: { name: run.command ?? '' },
  };
}
