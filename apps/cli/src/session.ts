import type { Command } from 'commander';
import { apiClient, type ApiClient } from './server/api-client.js';
import { readConfig } from './config.js';

/** What every command that asks the server has in hand. */
export interface Session {
  readonly api: ApiClient;
  readonly json: boolean;
  /** Prints an answer: as JSON if that was asked for, else in words. */
  readonly show: <T>(answer: T, inWords: (answer: T) => string) => void;
}

export function session(command: Command): Session {
  const options: GlobalOptions = command.optsWithGlobals();
  const config = readConfig(options, process.env, process.cwd());
  if (config.warning) process.stderr.write(`chasqui: ${config.warning}\n`);
  return {
    api: apiClient(config),
    json: options.json === true,
    show: (answer, inWords) => print(options, answer, inWords),
  };
}

export interface GlobalOptions {
  readonly json?: true;
  readonly url?: string;
  readonly tokenFile?: string;
  readonly ca?: string;
  readonly insecure?: true;
  readonly profile?: string;
}

/** Prints an answer as JSON (two blanks of indentation, one document) or in words. */
export function print<T>(options: GlobalOptions, answer: T, inWords: (answer: T) => string): void {
  const text = options.json ? JSON.stringify(answer ?? null, null, 2) : inWords(answer);
  if (text !== '') process.stdout.write(text.endsWith('\n') ? text : `${text}\n`);
}
