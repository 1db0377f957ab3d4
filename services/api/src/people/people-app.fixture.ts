import { freshDatabase } from '@chasqui/testbed';
import type { Provider, Type } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { openDatabase } from '../database.js';
import { openHttpApp, type Answered, type HttpApp } from '../http/http-app.fixture.js';
import { bootstrap } from './bootstrap.js';
import { PeopleModule } from './people.module.js';
import { PERMISSION_CATALOGUE } from './permission-catalogue.js';

/** The people feature over a database of its own, with an administrator. */
export interface PeopleApp extends HttpApp {
  readonly dataSource: DataSource;
  readonly adminToken: string;
  /** What the first administrator gets for it. */
  readonly admin: (method: string, path: string, body?: unknown) => Promise<Answered>;
  /** Makes a user who holds these permissions, and a token of theirs. */
  readonly join: (username: string, ...permissions: string[]) => Promise<string>;
  /** One more instance over the same database; it goes with this one. */
  readonly another: () => Promise<HttpApp>;
}

/** What the bundles of these tests declare. */
export const declared = [
  { name: 'ops:read', from: 'ops 1.0.0' },
  { name: 'ops:write', from: 'ops 1.0.0' },
];

/** @param more what stands beside it in the application, made for this database */
export async function openPeople(
  server: string,
  more: (dataSource: DataSource) => { controllers?: Type[]; providers: Provider[] } = () => ({
    providers: [],
  }),
): Promise<PeopleApp> {
  const { dataSource, url, close } = await openFreshDatabase(server);
  const { token } = await bootstrap(dataSource);
  const instance = (over: DataSource) => {
    const { controllers, providers } = more(over);
    return openHttpApp({
      imports: [PeopleModule],
      ...(controllers && { controllers }),
      providers: [
        ...providers,
        { provide: DataSource, useValue: over },
        { provide: PERMISSION_CATALOGUE, useValue: { list: async () => declared } },
      ],
    });
  };
  const http = await instance(dataSource);
  const others: (() => Promise<unknown>)[] = [];
  const admin = (method: string, path: string, body?: unknown) => http.call(method, path, { token, body });
  return {
    ...http,
    dataSource,
    adminToken: token!,
    admin,
    join: (username, ...permissions) => join(admin, username, permissions),
    another: async () => {
      const over = await openDatabase({ url, connections: 4 }, console.log);
      const other = await instance(over);
      others.push(async () => {
        await other[Symbol.asyncDispose]();
        await over.destroy();
      });
      return other;
    },
    [Symbol.asyncDispose]: async () => {
      for (const stop of others) await stop();
      await http[Symbol.asyncDispose]();
      await close();
    },
  };
}

async function join(admin: PeopleApp['admin'], username: string, permissions: string[]): Promise<string> {
  await admin('POST', '/users', { username, email: `${username}@example.org` });
  for (const kind of ['roles', 'groups']) await admin('POST', `/${kind}`, { name: username });
  for (const permission of permissions) await admin('PUT', `/roles/${username}/permissions/${permission}`);
  await admin('PUT', `/groups/${username}/roles/${username}`);
  await admin('PUT', `/groups/${username}/members/${username}`);
  return (await admin('POST', `/users/${username}/tokens`, { name: 'first' })).body.token as string;
}

/** A migrated database that nobody else uses. */
export async function openFreshDatabase(
  server: string,
): Promise<{ dataSource: DataSource; url: string; close: () => Promise<void> }> {
  const database = await freshDatabase(server);
  const dataSource = await openDatabase({ url: database.url, connections: 8 }, console.log);
  return {
    dataSource,
    url: database.url,
    close: async () => {
      await dataSource.destroy();
      await database.drop();
    },
  };
}
