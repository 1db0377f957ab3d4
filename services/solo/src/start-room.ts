import 'reflect-metadata';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ApiConfig, Timing } from '@chasqui/api/config';
import { startApi, type RunningApi } from '@chasqui/api/start-api';
import { Bundles } from '@chasqui/api/bundles/bundles.service';
import { GroupsService } from '@chasqui/api/people/groups.service';
import { RolesService } from '@chasqui/api/people/roles.service';
import { Relays } from '@chasqui/api/relays/relays.service';
import { UsersService } from '@chasqui/api/people/users.service';
import { credentialOf, joinChat } from '@chasqui/chat';
import type { DriverName } from '@chasqui/contracts';
import type { Driver } from '@chasqui/relay/drivers/driver';
import type { Policy } from '@chasqui/relay/policy';
import { makeAdapterToken, makeRelayToken } from '@chasqui/sealing';
import type { Logger } from '@chasqui/telemetry';
import { MemoryTransport } from '@chasqui/transport';
import type { DataSource } from 'typeorm';
import { ScriptedChat } from './scripted-chat.js';
import { startLocalRelay, type LocalRelay } from './start-local-relay.js';

/** Who and what is in a room. */
export interface RoomPlan {
  /** Bundle files. */
  readonly bundles: readonly string[];
  /** Who is there, and what they may do. */
  readonly people: Readonly<Record<string, readonly string[]>>;
  /** Relays by name, with their tags. */
  readonly relays: Readonly<Record<string, readonly string[]>>;
  /** What each relay may run. */
  readonly policy: Policy;
  readonly timing?: Partial<Timing>;
  /** Whatever else the API is to be told, in the place of what a room tells it. */
  readonly config?: Partial<Pick<ApiConfig, 'trustedAdapters' | 'selfRegistration'>>;
  /** What relays run with, of what there is; `process` alone where nothing is said. */
  readonly drivers?: readonly DriverName[];
  /** Drivers of a relay's own in place of these, made once its folder is known. */
  readonly openDrivers?: (relay: string, folder: string) => readonly Driver[];
}

export interface Room {
  readonly api: RunningApi;
  readonly chat: ScriptedChat;
  stop(): Promise<void>;
}

/**
 * A room with people and relays in one process: the whole product but for a broker and a chat of the outside, on whatever database it is
 * given. What scripts say stands in `chat`. Neither the database nor the logger is closed with it.
 */
export async function startRoom(
  plan: RoomPlan,
  { dataSource, logger, listen = true }: { dataSource: DataSource; logger: Logger; listen?: boolean },
): Promise<Room> {
  const transport = new MemoryTransport({ log: logger });
  const tokens = Object.keys(plan.relays).map((name) => ({ name, token: makeRelayToken(name) }));
  const terminalToken = makeAdapterToken('terminal');
  const config = {
    secretKey: Buffer.alloc(32, 7),
    administrator: {},
    http: { host: '127.0.0.1', port: 0 },
    timing: { ...unhurried, ...plan.timing },
    trustedAdapters: ['terminal'],
    localAdapters: [terminalToken],
    ...plan.config,
  };
  const metrics = async () => ({ contentType: 'text/plain', text: '' });
  const api = await startApi({ config, dataSource, transport, logger, metrics }, { listen });
  for (const source of plan.bundles) await api.get(Bundles).install(source, 'the room', { enable: true });
  await settle(api, dataSource, plan.people);
  // Their tags are an operator's word, which counts for rules and protections; what relays say of themselves need not.
  for (const { name, token } of tokens) await api.get(Relays).enrol(token, plan.relays[name]!);

  const state = mkdtempSync(join(tmpdir(), 'chasqui-room-'));
  const relays: LocalRelay[] = [];
  for (const { name, token } of tokens) {
    const stateFolder = join(state, name);
    const { policy, drivers = ['process'], openDrivers } = plan;
    const settings = { token, tags: plan.relays[name]!, policy, apiUrl: api.url, stateFolder, drivers };
    const own = openDrivers?.(name, stateFolder);
    relays.push(await startLocalRelay(settings, { transport, logger, ...(own && { drivers: own }) }, api));
  }
  const chat = new ScriptedChat();
  const leaving = new AbortController();
  const joined = joinChat(chat, transport, { credential: await credentialOf(terminalToken) }, leaving.signal);
  return {
    api,
    chat,
    async stop() {
      leaving.abort();
      await joined;
      for (const relay of relays) await relay.stop();
      await api.stop();
      await transport.close();
      rmSync(state, { recursive: true, force: true });
    },
  };
}

const unhurried: Timing = {
  takeWithinMs: 600_000,
  startWithinMs: 60_000,
  commandTimeoutMs: 10_000,
  suspectAfterMs: 15_000,
  offlineAfterMs: 45_000,
};

/** Each person gets a group and a role of their own with what they may do, from the administrator. */
async function settle(api: RunningApi, dataSource: DataSource, people: RoomPlan['people']): Promise<void> {
  const [admin] = await dataSource.query<[{ id: string }]>(`select id from users where username = 'admin'`);
  for (const [username, permissions] of Object.entries(people)) {
    const email = `${username}@example.org`;
    await api.get(UsersService).create({ username, email, fullName: '', kind: 'person' });
    await api.get(GroupsService).create(username);
    await api.get(RolesService).create(username);
    for (const permission of permissions) await api.get(RolesService).grant(username, { permission }, admin);
    await api.get(GroupsService).addRole(username, username, admin);
    await api.get(GroupsService).addMember(username, username, admin);
  }
}
