import { resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import type { Command } from 'commander';
import { readServer, readUrl, usualUrl } from '../config.js';
import { apiClient, type ApiClient } from '../server/api-client.js';
import type { User } from '../people/person-shapes.js';
import type { SignInMethods, SignedIn } from './sign-in-shapes.js';
import { print, type GlobalOptions } from '../session.js';
import { exitCodes, Stop } from '../stop.js';
import { ask } from '../terminal/ask.js';
import { askHidden } from '../terminal/ask-hidden.js';
import { deviceSignIn } from './device-sign-in.js';
import { profileName, readProfiles, usualProfile, writeProfiles, type Profile } from './profiles.js';

interface LoginOptions {
  readonly token?: true;
  readonly password?: true;
  readonly username?: string;
}

/** `chasqui login` */
export function define(login: Command): void {
  login
    .option('--token', 'take a token from standard input in place of signing in')
    .option('--password', 'with user name and password, also where there is an identity provider')
    .option('--username <name>', 'who you are; it is asked for otherwise')
    .action(async (own: LoginOptions, command: Command) => {
      const options: GlobalOptions = command.optsWithGlobals();
      const name = profileName(options.profile ?? process.env['CHASQUI_PROFILE'] ?? usualProfile);
      const url = serverOf(options, name);
      const profile = await come(url, options, own);
      const kept = readProfiles(process.env);
      const ca = options.ca ?? process.env['CHASQUI_CA_FILE'];
      const file = writeProfiles(process.env, {
        current: name,
        profiles: { ...kept.profiles, [name]: { url: url.href, ...(ca && { ca: resolve(ca) }), ...profile } },
      });
      const { username, expiresAt } = profile;
      print(
        options,
        { username, url: url.href, profile: name, ...(expiresAt && { expiresAt }) },
        () => `you are ${username} at ${url.origin}; this is kept as profile ${name} in ${file}`,
      );
    });
}

/** What is said, else where this profile was signed in before. */
function serverOf(options: GlobalOptions, name: string): URL {
  const { profiles } = readProfiles(process.env);
  const before = Object.hasOwn(profiles, name) ? profiles[name]!.url : undefined;
  return readUrl(options.url ?? process.env['CHASQUI_URL'] ?? before ?? usualUrl);
}

async function come(url: URL, options: GlobalOptions, own: LoginOptions): Promise<Omit<Profile, 'url'>> {
  const config = readServer(options, process.env, url.href);
  if (config.warning) process.stderr.write(`chasqui: ${config.warning}\n`);
  if (own.token) {
    const token = (process.stdin.isTTY ? await askHidden('token: ') : await text(process.stdin)).trim();
    if (!/^[\x21-\x7e]+$/.test(token))
      throw new Stop('there is no token on standard input, or more than one word', exitCodes.usage);
    const { user } = await apiClient({ ...config, token }).get<{ user: User }>('/me');
    return { token, username: user.username };
  }
  if (!process.stdin.isTTY)
    throw new Stop(
      'standard input is no terminal, so nobody can sign in; give a token with --token, or set CHASQUI_TOKEN',
      exitCodes.usage,
    );
  const api = apiClient(config);
  const methods = await api.get<SignInMethods>('/sign-in/methods');
  const byProvider = methods.provider && !own.password;
  return byProvider ? deviceSignIn(api) : withPassword(api, own.username);
}

async function withPassword(api: ApiClient, username?: string): Promise<Omit<Profile, 'url'>> {
  const who = username ?? (await ask('user name: '));
  return api.post<SignedIn>('/sign-in/token', { username: who, password: await askHidden('password: ') });
}
