import type { Origin } from '@chasqui/access-rules';
import { isRefusal, type ChatMessage, type Explanation, type Refusal } from '@chasqui/contracts';
import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Recall, recalls } from '../built-ins/recall.service.js';
import { Sources } from '../built-ins/sources.service.js';
import { decide, type Decision, type Refused } from '../commands/decide.js';
import type { Known, KnownAsker } from '../commands/known.js';
import { Lookup } from '../commands/lookup.service.js';
import { isStaged, type Plan } from '../commands/plan.js';
import { hasSecrets } from '../commands/secrets-in-line.js';
import { usualLockWaitMs, type ApiConfig } from '../config.js';
import { newId } from '../ids.js';
import { CONFIG } from '../parts.js';
import { firstStep } from '../pipelines/first-step.js';
import type { AskerKey } from '../people/who-sql.js';
import { explain } from './explain.js';
import { noHoldings, readHoldings } from './holdings.js';
import { readSaid } from './why-line.js';

/** A line that nobody has said, and who would say it, where and when. */
export interface Supposed {
  /** Its text, its place and its sender, whose `id` is that of a user. */
  readonly message: ChatMessage;
  /** The sender, where it is known already who that is and what they hold, or where it is somebody who is imagined. */
  readonly asker?: KnownAsker;
  /** How it would reach us, where the message itself does not tell. */
  readonly origin?: Origin;
  /** When, in milliseconds since the epoch, where that is not now. Relays are as they are now. */
  readonly at?: number;
  /** The scopes of the token that it would be said with. */
  readonly scopes?: readonly string[];
  /** Whether whoever is told may know what the sender ran before. */
  readonly mayReadRuns: boolean;
  /** Whether whoever is told may know of relays that the sender may not use. */
  readonly seesRelays: boolean;
}

/** Decides lines as a run would be decided, by the same lookup and the same `decide`, and leaves no trace of it. */
@Injectable()
export class Simulation {
  constructor(
    private readonly lookup: Lookup,
    private readonly recall: Recall,
    private readonly sources: Sources,
    private readonly dataSource: DataSource,
    @Inject(CONFIG) private readonly config: ApiConfig,
  ) {}

  /** Why the line would be allowed or refused. */
  async explain(supposed: Supposed): Promise<Explanation> {
    const { decision: decided, known } = await this.decide(supposed);
    const decision = await this.begun(decided, known, supposed.mayReadRuns);
    const holdings = known.asker ? await readHoldings(this.dataSource, known.asker.id) : noHoldings;
    const { seesRelays, message } = supposed;
    const { commandTimeoutMs, lockWaitMs = usualLockWaitMs } = this.config.timing;
    return explain(message.text, decision, known, holdings, { seesRelays, commandTimeoutMs, lockWaitMs });
  }

  /** What would be decided, and whether the line has secrets in it. */
  async judge(supposed: Supposed): Promise<{ decision: Decision; hasSecrets: boolean }> {
    const { decision, known } = await this.decide(supposed);
    const begun = await this.begun(decision, known, supposed.mayReadRuns);
    return { decision: begun, hasSecrets: hasSecrets(supposed.message.text, known) };
  }

  /**
   * A line that begins without a relay is gone through at once, as far as the first command: what stands in the way there refuses it before
   * anything runs, and the rules of that command are judged with the first of its records.
   */
  private async begun(decision: Decision, known: Known, mayReadRuns: boolean): Promise<Decision> {
    if (decision.kind !== 'plan' || !isStaged(decision)) return decision;
    const [first] = decision.stages;
    if (first?.kind === 'command' || (first?.kind === 'source' && first.name !== 'relays' && !mayReadRuns))
      return decision;
    const source =
      first?.kind === 'source' ? await this.sources.records(first, decision.asker, known) : undefined;
    if (isRefusal(source)) return refusedBy(source, decision);
    const step = firstStep(decision, source, known);
    if (step.kind === 'stop') return refusedBy(step.why, decision);
    if (step.kind === 'done') return decision;
    const drafts = decision.drafts.map((draft, index) =>
      index === step.stage && draft.kind === 'command' ? { ...draft, judged: step.items[0]!.judged } : draft,
    );
    return { ...decision, drafts };
  }

  private async decide(supposed: Supposed): Promise<{ decision: Decision; known: Known }> {
    const { message, origin, at, scopes } = supposed;
    const as: AskerKey = { adapter: 'http', senderId: message.sender.id, trusted: false };
    const line = await this.recall.line(readSaid(message.text), message, as, scopes);
    const found = await this.lookup.for(message, line, newId(), as, { scopes });
    const known: Known = {
      ...found,
      asker: supposed.asker ?? found.asker,
      ...(origin && { origin }),
      ...(at !== undefined && { now: at, saidAt: at }),
    };
    return { decision: decide(line, known, message.text), known };
  }
}

function refusedBy(refusal: Refusal, { text, entry, secrets, judged, drafts }: Plan): Refused {
  return { kind: 'refused', refusal, text, entry, secrets, judged, drafts };
}

/** Whether a text stands for a line that was said before. */
export function recallsALine(text: string): boolean {
  const line = readSaid(text);
  return !isRefusal(line) && recalls(line);
}
