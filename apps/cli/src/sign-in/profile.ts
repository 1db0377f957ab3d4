import type { Command } from 'commander';
import { print, type GlobalOptions } from '../session.js';
import { table } from '../terminal/table.js';
import { profileOf, readProfiles, writeProfiles, type Profiles } from './profiles.js';

/** `chasqui profile …`: what is kept on this machine. Needs no server. */
export function define(profile: Command): void {
  profile
    .command('list')
    .description('list them; the current one has a star')
    .action((_options, command: Command) => {
      const kept = readProfiles(process.env);
      print(command.optsWithGlobals<GlobalOptions>(), shown(kept), ({ profiles }) =>
        table(
          ['', 'profile', 'server', 'user', 'until'],
          profiles.map(({ name, current, url, username, signedIn, expiresAt }) => [
            current ? '*' : ' ',
            name,
            url,
            signedIn ? username : 'signed out',
            expiresAt,
          ]),
        ),
      );
    });
  profile
    .command('use <name>')
    .description('use this one where nothing is said')
    .action((name: string, _options, command: Command) => {
      const kept = readProfiles(process.env);
      const { url } = profileOf(kept, name);
      writeProfiles(process.env, { ...kept, current: name });
      print(command.optsWithGlobals<GlobalOptions>(), { current: name }, () => `${name}: ${url}`);
    });
  profile
    .command('remove <name>')
    .description('forget it here; chasqui logout ends the session first')
    .action((name: string, _options, command: Command) => {
      const kept = readProfiles(process.env);
      profileOf(kept, name);
      const { [name]: _, ...profiles } = kept.profiles;
      writeProfiles(process.env, {
        ...(kept.current !== undefined && kept.current !== name && { current: kept.current }),
        profiles,
      });
      print(command.optsWithGlobals<GlobalOptions>(), { removed: name }, () => `profile ${name} is removed`);
    });
}

/** Without the tokens. */
function shown({ current, profiles }: Profiles) {
  return {
    profiles: Object.entries(profiles).map(([name, { token, ...rest }]) => ({
      name,
      current: name === current,
      signedIn: token !== undefined,
      ...rest,
    })),
  };
}
