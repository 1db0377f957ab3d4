import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { GlobalOptions } from './session.js';
import { exitCodes, Stop } from './stop.js';

/** Which server, and as whom. */
export interface Config {
  readonly url: URL;
  readonly token?: string;
  /** What is worth telling before anything is sent. */
  readonly warning?: string;
}

/**
 * From the options, the environment, or what solo mode left in `.chasqui/admin-token` here or above; that file is only ever
 * sent to this machine.
 */
export function readConfig(options: GlobalOptions, env: NodeJS.ProcessEnv, folder: string): Config {
  const url = readUrl(options.url ?? env['CHASQUI_URL'] ?? 'http://127.0.0.1:7400');
  const token = readToken(options, env) ?? (isLoopback(url.hostname) ? soloToken(folder) : undefined);
  if (!token) return { url };
  if (!/^[\x21-\x7e]+$/.test(token))
    throw new Stop('the token is not one word; is it the right file?', exitCodes.usage);
  if (url.protocol === 'https:' || isLoopback(url.hostname)) return { url, token };
  return { url, token, warning: `warning: your token goes to ${url.host} unencrypted; use https` };
}

function readUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol === 'http:' || url?.protocol === 'https:') return url;
  throw new Stop(`${text} is no URL of a server; write it like https://chasqui.example.org`, exitCodes.usage);
}

function readToken(options: GlobalOptions, env: NodeJS.ProcessEnv): string | undefined {
  if (options.tokenFile) return tokenIn(options.tokenFile);
  if (env['CHASQUI_TOKEN']) return env['CHASQUI_TOKEN'].trim();
  return env['CHASQUI_TOKEN_FILE'] ? tokenIn(env['CHASQUI_TOKEN_FILE']) : undefined;
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
  const file = join(folder, '.chasqui', 'admin-token');
  if (existsSync(file)) return tokenIn(file);
  const above = dirname(folder);
  return above === folder ? undefined : soloToken(above);
}

/** Whether a host is this machine. */
export function isLoopback(host: string): boolean {
  return (
    host === 'localhost' ||
    host.endsWith('.localhost') ||
    host === '[::1]' ||
    /^127(?:\.\d{1,3}){3}$/.test(host)
  );
}
