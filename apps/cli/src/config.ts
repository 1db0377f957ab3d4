import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { isLoopback, refusePlainHttp } from './server/plain-http.js';
import type { GlobalOptions } from './session.js';
import { profileOf, readProfiles, type Profile } from './sign-in/profiles.js';
import { exitCodes, Stop } from './stop.js';

/** Which server, and as whom. */
export interface Config {
  readonly url: URL;
  readonly token?: string;
  /** Certificates of the authorities to be trusted instead of the system's: PEM text. */
  readonly ca?: string;
  /** What is worth telling before anything is sent. */
  readonly warning?: string;
}

/** Where solo mode and a service on this machine answer. */
export const usualUrl = 'http://127.0.0.1:7400';

/**
 * Where to go and as whom. What is said closest wins, for each of the two: the options, the environment, a profile that one of them names, what
 * solo mode left in `.chasqui/admin-token` here or above, the current profile. A token of a profile is sent to no server but that of the
 * profile, and that file's only to this machine.
 */
export function readConfig(options: GlobalOptions, env: NodeJS.ProcessEnv, folder: string): Config {
  const profile = profileFor(options, env, folder);
  const url = readUrl(
    options.url ??
      (options.profile === undefined ? env['CHASQUI_URL'] : undefined) ??
      profile?.url ??
      usualUrl,
  );
  const token =
    tokenSaid(options, env) ??
    (profile && new URL(profile.url).origin === url.origin ? profile.token : undefined) ??
    (isLoopback(url.hostname) && options.profile === undefined ? soloToken(folder) : undefined);
  const ca = readAuthorities({ ...options, ca: options.ca ?? env['CHASQUI_CA_FILE'] ?? profile?.ca }, env);
  if (!token) return { url, ca };
  if (!/^[\x21-\x7e]+$/.test(token))
    throw new Stop('the token is not one word; is it the right file?', exitCodes.usage);
  return { url, token, ca, warning: refusePlainHttp(url, options.insecure === true) };
}

/** Where to go, as nobody: to sign in, and send a password or get a token. `url` wins over all that is said. */
export function readServer(options: GlobalOptions, env: NodeJS.ProcessEnv, url?: string): Config {
  const asNobody = {
    ...env,
    CHASQUI_TOKEN: undefined,
    CHASQUI_TOKEN_FILE: undefined,
    CHASQUI_PROFILE: undefined,
  };
  const nobody = { ...options, tokenFile: undefined, profile: undefined, ...(url !== undefined && { url }) };
  const { token: _, ...config } = readConfig(nobody as GlobalOptions, asNobody, '/');
  return { ...config, warning: refusePlainHttp(config.url, options.insecure === true) };
}

/** The profile that is named; else the current one, but not in a folder that has a solo mode of its own. */
function profileFor(options: GlobalOptions, env: NodeJS.ProcessEnv, folder: string): Profile | undefined {
  const named = options.profile ?? env['CHASQUI_PROFILE'];
  if (named) return profileOf(readProfiles(env), named);
  // Not even looked at where it would not be used.
  if (tokenSaid(options, env) !== undefined && (options.url ?? env['CHASQUI_URL'])) return undefined;
  if (soloFile(folder) !== undefined) return undefined;
  const kept = readProfiles(env);
  return kept.current === undefined ? undefined : profileOf(kept, kept.current);
}

export function readUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol === 'http:' || url?.protocol === 'https:') return url;
  throw new Stop(`${text} is no URL of a server; write it like https://chasqui.example.org`, exitCodes.usage);
}

/** A profile that is an option is closer than a token of the environment. */
function tokenSaid(options: GlobalOptions, env: NodeJS.ProcessEnv): string | undefined {
  if (options.tokenFile) return tokenIn(options.tokenFile);
  if (options.profile !== undefined) return undefined;
  if (env['CHASQUI_TOKEN']) return env['CHASQUI_TOKEN'].trim();
  return env['CHASQUI_TOKEN_FILE'] ? tokenIn(env['CHASQUI_TOKEN_FILE']) : undefined;
}

/** The certificates that `--ca` or `CHASQUI_CA_FILE` names. */
function readAuthorities(options: GlobalOptions, env: NodeJS.ProcessEnv): string | undefined {
  const file = options.ca ?? env['CHASQUI_CA_FILE'];
  if (!file) return undefined;
  try {
    return readFileSync(file, 'utf8');
  } catch (thrown) {
    const { code } = thrown as NodeJS.ErrnoException;
    throw new Stop(`the certificates in ${file} cannot be read: ${code}`, exitCodes.usage);
  }
}

function tokenIn(file: string): string {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch (thrown) {
    throw new Stop(
      `the token file ${file} cannot be read: ${(thrown as NodeJS.ErrnoException).code}`,
      exitCodes.usage,
    );
  }
}

function soloToken(folder: string): string | undefined {
  const file = soloFile(folder);
  return file === undefined ? undefined : tokenIn(file);
}

function soloFile(folder: string): string | undefined {
  const file = join(folder, '.chasqui', 'admin-token');
  if (existsSync(file)) return file;
  const above = dirname(folder);
  return above === folder ? undefined : soloFile(above);
}
