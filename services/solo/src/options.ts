import { parseArgs } from 'node:util';

/** How solo mode was asked for. */
export interface SoloOptions {
  /** Where everything is kept; undefined keeps nothing. */
  readonly data?: string;
  readonly as: string;
  /** Where REST listens; undefined listens nowhere. */
  readonly port?: number;
  readonly policy?: string;
  /** A file with the installation's own templates. */
  readonly templates?: string;
  /** Without it: `info` into the data directory's log, or `error` on standard error where there is none. */
  readonly logLevel?: string;
}

export const usage = `npm start -- [options]

  --data DIR      where everything is kept (default ./.chasqui)
  --ephemeral     keep nothing
  --as NAME       whose lines these are (default admin)
  --port N        where REST listens on 127.0.0.1 (default 7400 in a terminal, nowhere when lines are piped in)
  --policy FILE   what the local relay may run (default: the file relay-policy.yaml in the data directory)
  --templates FILE  how results are shown where neither command nor bundle says
  --log LEVEL     trace, debug, info, warn or error (default info, into chasqui.log in the data directory)
  --help

Chat messages come from the terminal, or one a line from standard input: echo '!echo:echo hello' | npm start
`;

/** Reads the command line. A wrong one gives a sentence, asked-for help gives none. */
export function readOptions(
  args: readonly string[],
  interactive: boolean,
): SoloOptions | { readonly wrong?: string } {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        data: { type: 'string', default: process.env['CHASQUI_DATA'] ?? '.chasqui' },
        ephemeral: { type: 'boolean', default: false },
        as: { type: 'string', default: 'admin' },
        port: { type: 'string' },
        policy: { type: 'string' },
        templates: { type: 'string' },
        log: { type: 'string' },
        help: { type: 'boolean', default: false },
      },
    });
    if (values.help) return {};
    if (!/^(trace|debug|info|warn|error)$/.test(values.log ?? 'info'))
      return { wrong: `--log ${values.log}: write trace, debug, info, warn or error` };
    const port = values.port === undefined ? (interactive ? 7400 : undefined) : Number(values.port);
    if (port !== undefined && !(Number.isInteger(port) && port >= 0 && port <= 65_535)) {
      return { wrong: `--port ${values.port}: a port is a number from 0 to 65535` };
    }
    return {
      data: values.ephemeral ? undefined : values.data,
      as: values.as,
      port,
      policy: values.policy,
      templates: values.templates,
      logLevel: values.log,
    };
  } catch (error) {
    return { wrong: (error as Error).message };
  }
}
