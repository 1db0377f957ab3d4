import { refusal, type Refusal } from '@chasqui/contracts';
import type { Records } from '@chasqui/filters';
import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { resolversOf } from '../commands/invoke.js';
import { namesInRecords, peopleNamed, roomsNamed } from '../commands/names.js';
import type { PlanStage } from '../commands/plan.js';
import type { Said } from '../commands/surroundings-of.js';
import { channelKey } from '../configuration/channel-key.js';
import { cutToScopes } from '../people/credentials.js';
import { readAsker } from '../people/who-sql.js';
import { RelayBoard } from '../relays/board.service.js';
import type { KnownRelay } from '../relays/relay-state.js';
import { httpAdapter } from '../runs/reply-to.js';
import type { RunRow } from '../runs/run-row.js';
import type { SitePolicy } from '../site-rules/site-policy.js';
import { SitePolicies } from '../site-rules/site-policies.service.js';
import type { StepFacts } from './next-step.js';

/** Reads what the stages of a run are judged by when they begin. */
@Injectable()
export class StageFacts {
  constructor(
    private readonly policies: SitePolicies,
    private readonly board: RelayBoard,
  ) {}

  /** What holds now for whoever asked: a right that was taken away since is gone for what has not started, and a site rule that was added counts. */
  async factsFor(
    manager: EntityManager,
    run: RunRow,
    stages: readonly PlanStage[],
    { records }: Records,
    now: number,
  ): Promise<StepFacts | Refusal> {
    const key = { adapter: httpAdapter, senderId: run.user_id ?? '', trusted: false };
    const known = await readAsker(manager, key);
    const asker = known && cutToScopes(known, run.scopes ?? undefined);
    if (!asker?.active) return refusal('inactive-person', { username: run.username });
    const place = { adapter: run.adapter, workspace: run.workspace };
    const names = namesInRecords(stages, records);
    const people = await peopleNamed(manager, names, place);
    const rooms = await roomsNamed(manager, names, place);
    const policy = await this.policies.read(manager);
    return {
      asker: {
        permissions: new Set(asker.permissions),
        scoped: asker.scoped,
        ...(asker.withheld && { withheld: asker.withheld }),
      },
      where: { ...(run.plan?.said ?? saidBy(run)), groups: asker.groups, now },
      policy,
      relayNamed: (name) => asCounted(this.board.get(name), policy),
      resolve: resolversOf({ people, rooms }),
    };
  }
}

function asCounted(relay: KnownRelay | undefined, policy: SitePolicy): KnownRelay | undefined {
  return relay && policy.asCounted(relay);
}

/** Where a run's line was said, as far as its row tells. */
function saidBy({ adapter, workspace, room, room_name }: RunRow): Said {
  const channel = channelKey({ adapter, workspace: workspace ?? undefined, room });
  return { adapter, channel, ...(room_name !== null && { channelName: room_name }) };
}
