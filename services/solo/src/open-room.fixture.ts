import 'reflect-metadata';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openDatabase } from '@chasqui/api/database';
import type { Timing } from '@chasqui/api/config';
import { startApi } from '@chasqui/api/start-api';
import { Bundles } from '@chasqui/api/bundles/bundles.service';
import { UsersService } from '@chasqui/api/people/users.service';
import { GroupsService } from '@chasqui/api/people/groups.service';
import { RolesService } from '@chasqui/api/people/roles.service';
import type { Chat } from '@chasqui/chat';
import { joinChat } from '@chasqui/chat';
import type { ChatMessage, ChatReply } from '@chasqui/contracts';
import { readPolicy } from '@chasqui/relay/policy';
import { makeRelayToken } from '@chasqui/sealing';
import { createLogger } from '@chasqui/telemetry';
import { freshDatabase } from '@chasqui/testbed';
import { MemoryTransport } from '@chasqui/transport';
import { expect } from 'vitest';
import { localPolicy } from './local-policy.js';
import { startLocalRelay, type LocalRelay } from './start-local-relay.js';

export interface RoomPlan {
  /** Bundle files. */
  readonly bundles: readonly string[];
  /** Who is there, and what they may do. */
  readonly people: Readonly<Record<string, readonly string[]>>;
  /** Relays by name, with their tags. */
  readonly relays: Readonly<Record<string, readonly string[]>>;
  readonly policy?: string;
  readonly timing?: Partial<Timing>;
}

/**
 * A room with people and relays in one process, on a real PostgreSQL: the whole product but for Kafka and Slack. `says` puts a line in,
 * `hears` waits for the answer to it.
 */
export async function openRoom(serverUrl: string, plan: RoomPlan) {
  const fresh = await freshDatabase(serverUrl);
  const dataSource = await openDatabase({ url: fresh.url, connections: 8 }, () => undefined);
  const transport = new MemoryTransport();
  const logger = createLogger({ service: 'room', level: 'silent' });
  const timing = {
    startWithinMs: 60_000,
    commandTimeoutMs: 10_000,
    suspectAfterMs: 15_000,
    offlineAfterMs: 45_000,
    ...plan.timing,
  };
  const tokens = Object.keys(plan.relays).map((name) => ({ name, token: makeRelayToken(name) }));
  const config = {
    secretKey: Buffer.alloc(32, 7),
    enrolRelays: tokens.map(({ token }) => token).join('\n'),
    http: { host: '127.0.0.1', port: 0 },
    timing,
    trustedAdapters: ['terminal'],
  };
  const metrics = async () => ({ contentType: 'text/plain', text: '' });
  const api = await startApi({ config, dataSource, transport, logger, metrics });
  for (const source of plan.bundles) await api.get(Bundles).install(source, 'the test', { enable: true });
  await settle(api, plan.people);

  const read = readPolicy(plan.policy ?? localPolicy);
  if (!('policy' in read)) throw new Error(read.faults.join('\n'));
  const state = mkdtempSync(join(tmpdir(), 'chq-room-'));
  const relays: LocalRelay[] = [];
  for (const { name, token } of tokens) {
    const settings = {
      token,
      tags: plan.relays[name]!,
      policy: read.policy,
      stateFolder: join(state, name),
      drivers: ['process' as const],
    };
    relays.push(await startLocalRelay(settings, { transport, logger }, api));
  }
  const chat = new ScriptedChat();
  const leaving = new AbortController();
  const joined = joinChat(chat, transport, {}, leaving.signal);

  return {
    api,
    dataSource,
    url: api.url!,
    adminToken: api.first.adminToken!,
    says: (who: string, line: string) => chat.say(who, line),
    /** The last reply to the last line said contains this. */
    async hears(text: string | RegExp) {
      const reply = await chat.answer();
      if (typeof text === 'string') expect(reply.text).toContain(text);
      else expect(reply.text).toMatch(text);
      return reply;
    },
    /** Every reply to the last line, the running ones too. */
    replies: () => chat.replies,
    async [Symbol.asyncDispose]() {
      leaving.abort();
      await joined;
      for (const relay of relays) await relay.stop();
      await api.stop();
      await transport.close();
      await dataSource.destroy();
      await fresh.drop();
      rmSync(state, { recursive: true, force: true });
    },
  };
}

/** Each person gets a group and a role of their own with what they may do. */
async function settle(
  api: { get<T>(part: new (...args: never[]) => T): T },
  people: RoomPlan['people'],
): Promise<void> {
  for (const [username, permissions] of Object.entries(people)) {
    await api.get(UsersService).create({ username, email: `${username}@example.org`, fullName: '' });
    await api.get(GroupsService).create(username);
    await api.get(RolesService).create(username);
    for (const permission of permissions) await api.get(RolesService).grant(username, permission);
    await api.get(GroupsService).addRole(username, username);
    await api.get(GroupsService).addMember(username, username);
  }
}

class ScriptedChat implements Chat {
  readonly name = 'terminal';
  replies: ChatReply[] = [];
  private hear?: (message: ChatMessage) => Promise<void>;
  private told = Promise.withResolvers<ChatReply>();
  private said = 0;

  async listen(hear: (message: ChatMessage) => Promise<void>, signal: AbortSignal): Promise<void> {
    this.hear = hear;
    await new Promise((resolve) => signal.addEventListener('abort', resolve));
  }

  async post(reply: ChatReply): Promise<void> {
    if (reply.inReplyTo !== `line ${this.said}`) return;
    this.replies.push(reply);
    if (reply.mark !== 'running') this.told.resolve(reply);
  }

  async say(who: string, line: string): Promise<void> {
    this.said += 1;
    this.replies = [];
    this.told = Promise.withResolvers();
    await this.hear!({
      id: `line ${this.said}`,
      adapter: this.name,
      room: { id: 'ops', name: 'ops', direct: false },
      thread: `t${this.said}`,
      sender: { id: who },
      addressed: 'prefix',
      text: line.replace(/^!/, ''),
      saidAt: Date.now(),
    });
  }

  answer(): Promise<ChatReply> {
    return this.told.promise;
  }
}
