import { createLogger } from '@chasqui/telemetry';
import { apiWorld, configWith, type ApiWorld } from '../api-world.fixture.js';
import { vi } from 'vitest';
import { startApi, type RunningApi } from '../start-api.js';
import { Firings } from './firings.service.js';

/** Waits until `look` gives something, for as long as a loaded machine may take. */
export function until<T>(look: () => T | undefined | false | Promise<T | undefined | false>): Promise<T> {
  return vi.waitUntil(look, { timeout: 25_000, interval: 10 }) as Promise<T>;
}

/** The API with people who have schedules, a second instance of it, and a clock that the test turns. */
export async function schedulesWorld(server: string) {
  const world = await apiWorld(server);
  const relay = await world.relay('r1');
  const logger = createLogger({ service: 'api', level: 'silent' });
  const metrics = async () => ({ contentType: 'text/plain', text: '' });
  const { dataSource, transport } = world;
  const second: RunningApi = await startApi(
    { config: configWith(), dataSource, transport, logger, metrics },
    { listen: false },
  );
  return {
    ...world,
    relay,
    instances: [world.api, second],
    /** Every instance looks at once what is due by then. */
    fire: async (now: number) =>
      void (await Promise.all(
        [world.api, second, world.api, second].map((api) => api.get(Firings).fireDue(now)),
      )),
    /** What somebody is answered who says something in the terminal. */
    answerTo: async (text: string, sender = 'admin', room = 'terminal') => {
      const id = await world.say(text, { sender, room });
      const reply = await until(() =>
        world.replies.find(({ inReplyTo, mark }) => inReplyTo === id && mark !== 'running'),
      );
      return reply.text;
    },
    /** The row of a schedule. */
    row: async (name: string) =>
      (await dataSource.query<ScheduleFacts[]>('select * from schedules where name = $1', [name]))[0],
    /** When it is due next, in milliseconds since the epoch. */
    nextOf: async (name: string) =>
      (
        await dataSource.query<{ next_at: Date }[]>('select next_at from schedules where name = $1', [name])
      )[0]!.next_at.getTime(),
    /** The runs that came of it, the first one first. */
    runsOf: (name: string) =>
      dataSource.query<FiredRun[]>(
        `select id, status, code, line, username, schedule, thread, scopes, room from runs
         where schedule ->> 'name' = $1 order by accepted_at, id`,
        [name],
      ),
    /** Somebody who holds this, with a token. */
    person: (username: string, ...permissions: string[]) => person(world, username, permissions),
    async [Symbol.asyncDispose]() {
      await second.stop();
      await world[Symbol.asyncDispose]();
    },
  };
}
export type SchedulesWorld = Awaited<ReturnType<typeof schedulesWorld>>;

interface ScheduleFacts {
  readonly line: string;
  readonly paused_at: Date | null;
  readonly paused_code: string | null;
  readonly missed_count: number;
  readonly scopes: string[] | null;
  readonly place: Record<string, unknown>;
}

interface FiredRun {
  readonly id: string;
  readonly status: string;
  readonly code: string | null;
  readonly line: string;
  readonly username: string;
  readonly schedule: { readonly dueAt: number; readonly late?: true; readonly byHand?: true };
  readonly thread: string | null;
  readonly scopes: string[] | null;
  readonly room: string;
}

async function person({ call }: ApiWorld, username: string, permissions: string[]): Promise<string> {
  await call('POST', '/users', { username, email: `${username}@example.org` });
  for (const kind of ['roles', 'groups']) await call('POST', `/${kind}`, { name: username });
  for (const permission of permissions) await call('PUT', `/roles/${username}/permissions/${permission}`);
  await call('PUT', `/groups/${username}/roles/${username}`);
  await call('PUT', `/groups/${username}/members/${username}`);
  return (await call('POST', `/users/${username}/tokens`, { name: 'first' })).body.token as string;
}
