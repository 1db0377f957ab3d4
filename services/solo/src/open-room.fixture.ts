import { openDatabase } from '@chasqui/api/database';
import { readPolicy } from '@chasqui/relay/policy';
import { createLogger } from '@chasqui/telemetry';
import { doorTo, freshDatabase } from '@chasqui/testbed';
import { expect } from 'vitest';
import { localPolicy } from './local-policy.js';
import { startRoom, type RoomPlan as Plan } from './start-room.js';

export type RoomPlan = Omit<Plan, 'policy'> & {
  /** As YAML. */
  readonly policy?: string;
};

/**
 * A room with people and relays in one process, on a real PostgreSQL: the whole product but for Kafka and Slack. `says` puts a line in,
 * `hears` waits for the answer to it.
 */
export async function openRoom(serverUrl: string, plan: RoomPlan) {
  const fresh = await freshDatabase(serverUrl);
  const door = await doorTo(fresh.url);
  const dataSource = await openDatabase({ url: door.url, connections: 8 }, () => undefined);
  let log = '';
  const destination = { write: (line: string) => void (log += line) };
  const logger = createLogger({ service: 'room', level: 'warn', destination });
  const read = readPolicy(plan.policy ?? localPolicy);
  if (!('policy' in read)) throw new Error(read.faults.join('\n'));
  const room = await startRoom({ ...plan, policy: read.policy }, { dataSource, logger });
  const { api, chat } = room;

  return {
    api,
    dataSource,
    url: api.url!,
    adminToken: api.first.adminToken!,
    /** The way to the database, which can be shut. */
    door,
    chat,
    says: (who: string, line: string, saidAt = Date.now()) => chat.say({ who, line, saidAt }),
    /** The last reply to the last line said contains this. */
    async hears(text: string | RegExp) {
      const reply = await chat.answer();
      if (typeof text === 'string') expect(reply.text).toContain(text);
      else expect(reply.text).toMatch(text);
      return reply;
    },
    /** Every run so far, newest first, as REST tells them. */
    async runs(): Promise<{ id: string; line: string; status: string; executions: unknown[] }[]> {
      const headers = { authorization: `Bearer ${api.first.adminToken!}` };
      const answer = await fetch(`${api.url!}/runs?limit=500`, { headers });
      return ((await answer.json()) as { runs: never[] }).runs;
    },
    /** What was logged as a warning or worse, as JSON lines. */
    log: () => log,
    /** Every reply to the last line, the running ones too. */
    replies: () => chat.replies,
    async [Symbol.asyncDispose]() {
      await room.stop();
      await dataSource.destroy();
      await door.shut();
      await fresh.drop();
    },
  };
}
