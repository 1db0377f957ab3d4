import { closeSync, existsSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import type { Command } from 'commander';
import { readServer } from '../config.js';
import { apiClient } from '../server/api-client.js';
import type { User } from '../people/person-shapes.js';
import { print, type GlobalOptions } from '../session.js';
import { exitCodes, Stop } from '../stop.js';
import { askHidden } from '../terminal/ask-hidden.js';
import { newPassword } from './new-password.js';

interface BootstrapOptions {
  readonly email?: string;
  readonly name?: string;
  readonly bootstrapTokenFile?: string;
  readonly password?: true;
  readonly save?: string;
}

/** `chasqui bootstrap USERNAME` */
export function define(bootstrap: Command): void {
  bootstrap
    .argument('<username>', 'who administers first')
    .requiredOption('--email <address>', 'their e-mail address')
    .option('--name <name>', 'their full name')
    .option(
      '--bootstrap-token-file <file>',
      'a file with the bootstrap token (CHASQUI_BOOTSTRAP_TOKEN, CHASQUI_BOOTSTRAP_TOKEN_FILE); it is asked for otherwise',
    )
    .option('--password', 'with a password to sign in with, which is asked for, or read from standard input')
    .option(
      '--save <file>',
      'put their personal token into a file in place of showing it; if it is there, nothing is done',
    )
    .action(async (username: string, own: BootstrapOptions, command: Command) => {
      const options: GlobalOptions = command.optsWithGlobals();
      if (own.save !== undefined && existsSync(own.save)) {
        const { save: file } = own;
        print(options, { saved: file }, () => `${file} is there already; nothing was done`);
        return;
      }
      const config = readServer(options, process.env);
      if (config.warning) process.stderr.write(`chasqui: ${config.warning}\n`);
      const body = {
        token: await bootstrapToken(own),
        username,
        email: own.email,
        ...(own.name !== undefined && { fullName: own.name }),
        ...(own.password && { password: await newPassword() }),
      };
      const make = () => apiClient(config).post<Made>('/bootstrap', body);
      if (own.save === undefined) {
        const made = await make();
        print(options, made, ({ token }) => token);
        if (!options.json)
          process.stderr.write(
            `${username} administers ${config.url.origin} now. This is a token of theirs; keep it, it is not shown again\n`,
          );
        return;
      }
      const { user } = await saved(own.save, make);
      print(
        options,
        { user, saved: own.save },
        () => `${username} administers ${config.url.origin} now; a token of theirs is in ${own.save}`,
      );
    });
}

interface Made {
  readonly user: User;
  readonly token: string;
}

/** The file is opened first: a token that is then found to have no place would be lost. */
async function saved(file: string, make: () => Promise<Made>): Promise<Made> {
  const opened = openSync(file, 'wx', 0o600);
  try {
    const made = await make();
    writeSync(opened, `${made.token}\n`);
    return made;
  } catch (thrown) {
    rmSync(file);
    throw thrown;
  } finally {
    closeSync(opened);
  }
}

async function bootstrapToken({ bootstrapTokenFile }: BootstrapOptions): Promise<string> {
  const { CHASQUI_BOOTSTRAP_TOKEN: said, CHASQUI_BOOTSTRAP_TOKEN_FILE: file } = process.env;
  if (bootstrapTokenFile !== undefined) return tokenIn(bootstrapTokenFile);
  if (said) return said.trim();
  if (file) return tokenIn(file);
  if (process.stdin.isTTY) return (await askHidden('bootstrap token: ')).trim();
  throw new Stop(
    'the bootstrap token is missing: the API printed it when it started, or it is what CHASQUI_BOOTSTRAP_TOKEN says; give it with --bootstrap-token-file',
    exitCodes.usage,
  );
}

function tokenIn(file: string): string {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch (thrown) {
    throw new Stop(
      `the file ${file} cannot be read: ${(thrown as NodeJS.ErrnoException).code}`,
      exitCodes.usage,
    );
  }
}
