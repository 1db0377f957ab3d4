import { counter, histogram, type Logger } from '@chasqui/telemetry';
import { Inject, Injectable } from '@nestjs/common';
import type { MessageFault } from './adapters/adapter-door.service.js';
import { AuditEvents } from './audit/audit-events.js';
import { databaseAway } from './database-faults.js';
import { LOGGER } from './parts.js';
import { SignInEvents } from './sign-in/sign-in-events.js';

const runs = counter('chasqui_runs_total', 'Runs by how they ended or were refused');
const latency = histogram('chasqui_accept_seconds', 'From a chat message taken up to its run recorded', 's');
const duration = histogram('chasqui_run_seconds', 'From a run accepted to its end', 's');
const rejections = counter(
  'chasqui_heartbeats_rejected_total',
  'Heartbeats that no known relay can have sent',
);
const forgeries = counter(
  'chasqui_reports_rejected_total',
  'Reports that did not open, or were of no execution of their relay',
);

const messagesRejected = counter(
  'chasqui_chat_messages_rejected_total',
  'Messages on chat.messages that no adapter can have sent as it may, by why',
);
const repliesUnsent = counter(
  'chasqui_chat_replies_unsent_total',
  'Replies that could be sealed for nobody, because their adapter is unknown or revoked',
);
const retries = counter(
  'chasqui_retries_total',
  'Executions that were tried again because their relay failed, by what was the matter',
);
const contradictions = counter(
  'chasqui_reports_contradicting_total',
  'Reports of an end that came to what had ended otherwise, by what stood and what was said',
);

/** How often the same relay's rejected heartbeat is worth a line, in milliseconds. */
const rejectionEveryMs = 60_000;

/** Everything worth counting or writing down, one function each. Labels take few values; the run id stands in the log line. */
@Injectable()
export class Events {
  /** Changes with every run that begins or ends. */
  steps = 0;
  readonly audit: AuditEvents;
  readonly signIn: SignInEvents;
  private readonly rejectionLoggedAt = new Map<string, number>();

  constructor(@Inject(LOGGER) private readonly logger: Logger) {
    this.audit = new AuditEvents(logger);
    this.signIn = new SignInEvents(logger);
  }

  runRecorded(
    run: { id: string; status: string; code?: string | null; command?: string | null; relay?: string | null },
    tookMs: number,
  ): void {
    this.steps += 1;
    latency.record(tookMs / 1000);
    if (run.status !== 'accepted') runs.add(1, { status: run.status, code: run.code ?? '' });
    this.logger.info(
      {
        runId: run.id,
        status: run.status,
        code: run.code ?? undefined,
        command: run.command ?? undefined,
        relay: run.relay ?? undefined,
      },
      run.status === 'refused' ? 'run refused' : 'run accepted',
    );
  }

  runEnded(
    run: { runId: string; executionId: string; status: string; exitCode?: number; relay: string },
    tookMs: number,
  ): void {
    this.steps += 1;
    runs.add(1, { status: run.status, code: '' });
    duration.record(tookMs / 1000);
    this.logger.info({ ...run, tookMs }, 'run ended');
  }

  runLost(run: { runId: string; relay: string }): void {
    this.logger.warn(run, 'run lost: its relay is silent');
  }

  /** Its relay failed, and its command says that running it twice does no harm. */
  runTriedAgain(run: {
    runId: string;
    executionId: string;
    from: string;
    to: string;
    attempt: number;
    fault: string;
  }): void {
    retries.add(1, { why: run.fault });
    this.logger.warn(run, 'tried again: the relay failed, and the command may be run twice');
  }

  /** The first end stands; what was said against it is kept with the run. */
  reportContradicts(report: {
    runId: string;
    executionId: string;
    relay: string;
    stood: string;
    said: string;
  }): void {
    contradictions.add(1, { stood: report.stood, said: report.said });
    this.logger.warn(report, 'a relay reports another end than the one that stands; it was kept as evidence');
  }

  messageRepeated(run: { runId: string; messageKey: string }): void {
    this.logger.info(run, 'chat message heard before; nothing done');
  }

  /** Told once, when it is given up; its sender is told the same id. */
  messageFailed(runId: string, cause: unknown): void {
    runs.add(1, { status: 'error', code: 'bug' });
    this.logger.error({ err: cause, runId }, 'a chat message could not be handled');
  }

  /** Once for each flood, however long. */
  messagesTooMany(runId: string, adapter: string, sender: string): void {
    this.logger.warn(
      { runId, adapter, sender },
      'somebody says more than is taken from one person, and was told',
    );
  }

  /** Once for each message, by each instance that tries it. */
  messageWaits(runId: string, code: string): void {
    this.logger.warn({ runId, code }, 'a chat message waits, and its sender was told');
  }

  /** Nobody was there when it was due, and it does not make up for that. */
  scheduleMissed(schedule: { schedule: string; of: string }): void {
    this.logger.warn(schedule, 'a schedule was missed, and is left out');
  }

  reportRejected(
    relay: string,
    why: 'unknown-relay' | 'revoked' | 'wrong-token' | 'expired-token' | 'not-its-execution',
    runId?: string,
  ): void {
    forgeries.add(1, { why });
    this.logger.warn({ relay, why, runId }, 'report rejected');
  }

  /** A report of something already settled: evidence, no change. */
  reportIgnored(report: { runId: string; executionId: string; kind: string; relay: string }): void {
    this.logger.info(report, 'report changed nothing: the execution was settled before');
  }

  /** Somebody brought a heartbeat again, or the broker did: it shows nothing new. */
  heartbeatRepeated(relay: string): void {
    rejections.add(1, { why: 'repeated' });
    if (!this.isWorthALine(`repeated ${relay}`)) return;
    this.logger.warn({ relay }, 'a heartbeat came again, after a later one: it does not count');
  }

  /** Adapters are told apart by name, which is few-valued; a name that is none of ours is not believed, nor counted by. */
  messageRejected(adapter: string, why: MessageFault): void {
    messagesRejected.add(1, { why });
    if (!this.isWorthALine(`${why} ${adapter}`)) return;
    this.logger.warn({ adapter, why }, messageFaults[why]);
  }

  replyUnsent(adapter: string, why: 'revoked' | 'unknown-adapter', runId: string | undefined): void {
    repliesUnsent.add(1, { why });
    this.logger.warn({ adapter, why, runId }, 'a reply was not sent: there is no token to seal it with');
  }

  /** At an attempt to bring back, by a list of those to enrol, what was revoked. */
  revokedNotEnrolled(of: 'relay' | 'adapter', name: string): void {
    this.logger.warn(
      { [of]: name },
      `the ${of} ${name} is to be enrolled with a token that was revoked; it was not: take the token out of the list, and make another with "chasqui ${of} create ${name}"`,
    );
  }

  tokenChanged(of: 'relay' | 'adapter', name: string, change: 'exchanged' | 'revoked', by: string): void {
    this.logger.warn({ [of]: name, by }, `token of ${of} ${name} ${change}`);
  }

  /** It is being drained, and nothing runs or waits there any more. */
  relayEmpty(relay: string): void {
    this.logger.info({ relay }, 'a relay that is drained is empty: it may be stopped');
  }

  /** Once for each instance, when the relay begins to say it. */
  tagsRefused(relay: string, tags: readonly string[]): void {
    this.logger.warn(
      { relay, tags },
      'a relay says protected tags of itself: they do not count; an operator who may can give them with "chasqui relay tag"',
    );
  }

  heartbeatRejected(relay: string, why: 'unknown-relay' | 'revoked' | 'wrong-token' | 'expired-token'): void {
    rejections.add(1, { why });
    if (!this.isWorthALine(`${why} ${relay}`)) return;
    this.logger.warn({ relay, why }, heartbeatFaults[why]);
  }

  /** The first of its kind in a minute is; so is nothing once somebody has made up a thousand kinds. */
  private isWorthALine(what: string): boolean {
    const now = Date.now();
    for (const [before, at] of this.rejectionLoggedAt) {
      if (now - at < rejectionEveryMs) break;
      this.rejectionLoggedAt.delete(before);
    }
    if (this.rejectionLoggedAt.has(what) || this.rejectionLoggedAt.size > 1_000) return false;
    this.rejectionLoggedAt.set(what, now);
    return true;
  }

  /** What can be run has changed: which version, and by whom. */
  bundleChanged(
    bundle: { name: string; version?: string; sha256?: string },
    change: 'installed' | 'replaced' | 'enabled' | 'disabled' | 'uninstalled',
    by: string,
  ): void {
    const { name, version, sha256 } = bundle;
    this.logger.info({ bundle: name, version, sha256, by }, `bundle ${change}`);
  }

  /** Which value, never what it is. */
  configChanged(
    place: { bundle: string; key: string; layer: string; owner: string },
    change: 'set' | 'unset',
    by: string,
  ): void {
    this.logger.info({ ...place, by }, `configuration ${change}`);
  }

  storeEntryDeleted(entry: { bundle: string; scope: string; owner: string; key: string }, by: string): void {
    this.logger.info({ ...entry, by }, 'store entry deleted');
  }

  /** What is tried again anyway wakes nobody while the database is away: that has been said, and will pass. */
  unexpected(what: string, cause: unknown, runId?: string): void {
    this.logger[databaseAway(cause) ? 'warn' : 'error']({ err: cause, runId }, what);
  }
}

const heartbeatFaults = {
  'unknown-relay':
    'a relay calls that is not known here: create it with "chasqui relay create", and give it the token printed there',
  revoked: 'a relay calls that was revoked: stop it; to have it back, delete it and create it anew',
  'wrong-token':
    'a relay calls with a token that is not its own: give it the one that "chasqui relay create" or "chasqui relay rotate" printed',
  'expired-token':
    'a relay calls with a token that was exchanged and has stopped: give it the one that "chasqui relay rotate" printed',
};

const messageFaults: Record<MessageFault, string> = {
  unsealed:
    'a chat message came that no adapter sealed: an adapter without a token, or somebody else; "chasqui adapter create" makes one, for its CHASQUI_ADAPTER_TOKEN',
  'unknown-adapter':
    'a chat message came from an adapter that is not known here: create it with "chasqui adapter create", and give it the token printed there',
  revoked:
    'a chat message came from an adapter that was revoked: stop it; to have it back, delete it and create it anew',
  'wrong-token': 'a chat message came in the name of an adapter and with none of its tokens',
  'expired-token':
    'a chat message came with a token that was exchanged and has stopped: give the adapter the one that "chasqui adapter rotate" printed',
  malformed: 'an adapter sent what is no chat message: are it and this API of the same version?',
  'not-its-name': 'an adapter spoke in the name of another',
  'foreign-workspace': 'an adapter spoke for a workspace that it may not speak for',
};
