import { Command } from 'commander';
import { version } from './version.js';

type Group = { readonly about: string; readonly load: () => Promise<{ define(command: Command): void }> };

const groups: Readonly<Record<string, Group>> = {
  run: {
    about: 'run a command line, stream what it prints, exit as it does',
    load: () => import('./runs/run.js'),
  },
  runs: { about: 'what was run, by whom, where, and how it ended', load: () => import('./runs/runs.js') },
  alias: { about: 'names for command lines, yours and the site’s', load: () => import('./aliases/alias.js') },
  bundle: {
    about: 'begin bundles, lint them, install them, enable them, look at them',
    load: () => import('./bundles/bundle.js'),
  },
  template: {
    about: 'try templates, and lint them (needs no server)',
    load: () => import('./templates/template.js'),
  },
  user: { about: 'people, their chat identities and tokens', load: () => import('./people/user.js') },
  group: { about: 'groups of people, and the roles they have', load: () => import('./people/group.js') },
  role: { about: 'roles, and the permissions they give', load: () => import('./people/role.js') },
  permission: { about: 'which permissions there are', load: () => import('./people/permission.js') },
  relay: { about: 'relays and their tokens', load: () => import('./relays/relay.js') },
  config: {
    about: 'what commands find in their environment, by bundle, room, group and user',
    load: () => import('./configuration/configuration.js'),
  },
  store: { about: 'what commands have kept in the key-value store', load: () => import('./store/store.js') },
  whoami: {
    about: 'who you are to the server, and what you may do',
    load: () => import('./people/whoami.js'),
  },
  parse: {
    about: 'show how a command line is read (needs no server)',
    load: () => import('./lines/parse.js'),
  },
  rule: { about: 'try access rules (needs no server)', load: () => import('./lines/rule.js') },
};

/** The command line of `chasqui`. Only the groups whose names stand among the words are loaded; the others are there for the help. */
export async function program(words: readonly string[]): Promise<Command> {
  const chasqui = new Command('chasqui')
    .description('Runs operations commands on relays, and looks after the server that does.')
    .version(version, '--version', 'print the version')
    .option('--json', 'print JSON, and nothing else, on standard output')
    .option('--url <url>', 'where the server is (CHASQUI_URL; http://127.0.0.1:7400 if not said)')
    .option('--token-file <file>', 'a file with your token (CHASQUI_TOKEN, CHASQUI_TOKEN_FILE)')
    .helpCommand('help [command]', 'explain a command')
    .exitOverride();
  for (const [name, { about, load }] of Object.entries(groups)) {
    const command = chasqui.command(name).description(about);
    if (words.includes(name)) (await load()).define(command);
  }
  return chasqui;
}
