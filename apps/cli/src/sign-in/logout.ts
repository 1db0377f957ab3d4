import type { Command } from 'commander';
import { readConfig, type Config } from '../config.js';
import { apiClient } from '../server/api-client.js';
import { ServerError } from '../server/server-error.js';
import { print, type GlobalOptions } from '../session.js';
import { exitCodes, Stop } from '../stop.js';
import { profileOf, readProfiles, writeProfiles } from './profiles.js';

/** `chasqui logout` */
export function define(logout: Command): void {
  logout.action(async (_options, command: Command) => {
    const options: GlobalOptions = command.optsWithGlobals();
    const kept = readProfiles(process.env);
    const name = options.profile ?? process.env['CHASQUI_PROFILE'] ?? kept.current;
    if (name === undefined) throw new Stop('you are not signed in anywhere', exitCodes.usage);
    const { token, username, expiresAt: _, ...rest } = profileOf(kept, name);
    if (token === undefined) throw new Stop(`you are not signed in with profile ${name}`, exitCodes.usage);
    const isSession = token.startsWith('chqs_');
    const ended = isSession
      ? await end(readConfig({ ...options, profile: name }, process.env, '/'))
      : undefined;
    writeProfiles(process.env, { ...kept, profiles: { ...kept.profiles, [name]: rest } });
    print(options, { profile: name, ...ended }, () =>
      [
        isSession
          ? `${username ?? 'you'} signed out of ${new URL(rest.url).origin}`
          : `the token of profile ${name} is forgotten here; it goes on to work until it is revoked: chasqui token revoke`,
        ...(ended?.signOutAt ? [`to sign out at the identity provider too, open ${ended.signOutAt}`] : []),
      ].join('\n'),
    );
  });
}

/** A session that is over already is what was wanted. */
async function end(config: Config): Promise<{ signOutAt?: string }> {
  try {
    return await apiClient(config).post<{ signOutAt?: string }>('/sign-out', {});
  } catch (thrown) {
    if (thrown instanceof ServerError && thrown.status === 401) return {};
    throw thrown;
  }
}
