import { createLogger } from '@chasqui/telemetry';
import { configWith } from '../api-world.fixture.js';
import type { ApiConfig } from '../config.js';
import { Events } from '../events.js';
import type { Answered } from '../http/http-app.fixture.js';
import { SessionReader } from '../http/session-reader.js';
import { CONFIG, LOGGER } from '../parts.js';
import { openPeople, type PeopleApp } from '../people/people-app.fixture.js';
import { signInControllers, signInProviders } from './parts-of-sign-in.js';
import { SessionCookies } from './session-cookies.service.js';

/** Strong enough for anybody but somebody called Plum. */
export const goodPassword = 'violet-harbour-59-plum';

/** People who sign in, over a real database, with an administrator. */
export interface SignInApp extends PeopleApp {
  /** Makes a user with a password. */
  readonly enter: (username: string, password?: string) => Promise<void>;
  readonly signIn: (
    username: string,
    password: string,
    headers?: Record<string, string>,
  ) => Promise<Answered>;
  /** A browser of its own, on a page of ours if nothing else is said. */
  readonly browser: () => Browser;
}

/** Keeps cookies and follows nothing. */
export interface Browser {
  readonly cookies: Map<string, string>;
  readonly go: (method: string, path: string, sent?: Went) => Promise<Response>;
}
export interface Went {
  readonly form?: Record<string, string>;
  readonly json?: unknown;
  readonly headers?: Record<string, string>;
}

export async function openSignIn(server: string, more: Partial<ApiConfig> = {}): Promise<SignInApp> {
  const config: { -readonly [Key in keyof ApiConfig]: ApiConfig[Key] } = { ...configWith(), ...more };
  const people = await openPeople(server, () => ({
    controllers: signInControllers,
    providers: [
      ...signInProviders,
      Events,
      { provide: CONFIG, useValue: config },
      { provide: LOGGER, useValue: createLogger({ service: 'test', level: 'silent' }) },
      { provide: SessionReader, useClass: SessionCookies },
    ],
  }));
  if (config.signIn?.oidc) config.publicUrl ??= new URL(people.url);
  return {
    ...people,
    enter: async (username, password = goodPassword) => {
      await people.join(username);
      const set = await people.admin('PUT', `/users/${username}/password`, { password });
      if (set.status !== 204) throw new Error(JSON.stringify(set.body));
    },
    signIn: (username, password, headers) =>
      people.call('POST', '/sign-in/token', { body: { username, password }, ...(headers && { headers }) }),
    browser: () => browser(people.url),
  };
}

export function browser(url: string): Browser {
  const cookies = new Map<string, string>();
  return {
    cookies,
    go: async (method, path, { form, json, headers } = {}) => {
      const response = await fetch(new URL(path, url), {
        method,
        redirect: 'manual',
        headers: {
          ...(cookies.size > 0 && {
            cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; '),
          }),
          ...(method !== 'GET' && { 'sec-fetch-site': 'same-origin' }),
          ...(json !== undefined && { 'content-type': 'application/json' }),
          ...headers,
        },
        ...(form && { body: new URLSearchParams(form) }),
        ...(json !== undefined && { body: JSON.stringify(json) }),
      });
      for (const set of response.headers.getSetCookie()) {
        const [, name, value] = /^([^=]+)=([^;]*)/.exec(set)!;
        if (value === '') cookies.delete(name!);
        else cookies.set(name!, value!);
      }
      return response;
    },
  };
}
