import { chmodSync, mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { exitCodes, Stop } from '../stop.js';

/** A server, and who one is there. */
export interface Profile {
  readonly url: string;
  readonly token?: string;
  readonly username?: string;
  /** A file with the certificates of the server's authority. */
  readonly ca?: string;
  /** When the token ends, ISO 8601; undefined where it is not known. */
  readonly expiresAt?: string;
}

/** Everything that is kept of somebody: several servers under names, one of which is used where nothing is said. */
export interface Profiles {
  readonly current?: string;
  readonly profiles: Readonly<Record<string, Profile>>;
}

export const usualProfile = 'default';

/** Where profiles are kept; undefined where the environment names no home. */
function profilesFile(env: NodeJS.ProcessEnv): string | undefined {
  const folder = env['XDG_CONFIG_HOME'] || env['APPDATA'] || (env['HOME'] && join(env['HOME'], '.config'));
  return folder ? join(folder, 'chasqui', 'profiles.json') : undefined;
}

/**
 * What is kept, nothing where there is no file yet.
 * @throws Stop for a file that others can read, since there are tokens in it, and for one that is not ours
 */
export function readProfiles(env: NodeJS.ProcessEnv): Profiles {
  const file = profilesFile(env);
  if (file === undefined) return { profiles: {} };
  try {
    mustBePrivate(file);
    return read(readFileSync(file, 'utf8'), file);
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === 'ENOENT') return { profiles: {} };
    if (thrown instanceof Stop) throw thrown;
    throw new Stop(`${file} cannot be read: ${(thrown as Error).message}`, exitCodes.usage);
  }
}

/** Keeps it, for nobody else to read; a reader finds the old or the new whole. Answers the file. */
export function writeProfiles(env: NodeJS.ProcessEnv, kept: Profiles): string {
  const file = profilesFile(env);
  if (file === undefined)
    throw new Stop('there is no folder to keep this in; set HOME or XDG_CONFIG_HOME', exitCodes.usage);
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  const draft = `${file}.${process.pid}`;
  writeFileSync(draft, `${JSON.stringify(kept, null, 2)}\n`, { mode: 0o600 });
  // The mode above is for a file that is new.
  chmodSync(draft, 0o600);
  renameSync(draft, file);
  return file;
}

/** @throws Stop where there is none of that name */
export function profileOf({ profiles }: Profiles, name: string): Profile {
  if (Object.hasOwn(profiles, name)) return profiles[name]!;
  const known = Object.keys(profiles).join(', ') || 'none yet';
  throw new Stop(
    `there is no profile ${name} (known: ${known}); make it with: chasqui login --profile ${name} --url URL`,
    exitCodes.usage,
  );
}

/** @throws Stop for what is no name */
export function profileName(name: string): string {
  if (/^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/.test(name)) return name;
  throw new Stop(
    `${name} is no name of a profile: letters, digits, dots, dashes and underscores`,
    exitCodes.usage,
  );
}

function mustBePrivate(file: string): void {
  const { mode } = statSync(file);
  if (process.platform === 'win32' || (mode & 0o077) === 0) return;
  throw new Stop(
    `${file} holds your tokens and others can read it (mode ${(mode & 0o777).toString(8)}); run: chmod 600 ${file}`,
    exitCodes.usage,
  );
}

function read(text: string, file: string): Profiles {
  const { current, profiles } = JSON.parse(text) as { current?: unknown; profiles?: unknown };
  const entries = Object.entries((profiles ?? {}) as Record<string, Profile | null>);
  const isOurs = entries.every(
    ([, profile]) =>
      typeof profile?.url === 'string' &&
      URL.canParse(profile.url) &&
      (profile.token === undefined || /^[\x21-\x7e]+$/.test(String(profile.token))),
  );
  if (!isOurs || (current !== undefined && typeof current !== 'string'))
    throw new Stop(
      `${file} is not as chasqui writes it; mend it, or delete it and sign in again`,
      exitCodes.usage,
    );
  return {
    ...(current !== undefined && { current }),
    profiles: Object.fromEntries(entries) as Profiles['profiles'],
  };
}
