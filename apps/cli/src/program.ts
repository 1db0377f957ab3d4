import { Command, Help, type Option } from 'commander';
import { version } from './version.js';

type Group = { readonly about: string; readonly load: () => Promise<{ define(command: Command): void }> };

const sections: Readonly<Record<string, Readonly<Record<string, Group>>>> = {
  Lines: {
    run: {
      about: 'run a command line, stream what it prints, exit as it does',
      load: () => import('./runs/run.js'),
    },
    why: {
      about: 'whether a line may be run, where it would run, and why; nothing is run',
      load: () => import('./explain/why.js'),
    },
    runs: { about: 'what was run, by whom, where, and how it ended', load: () => import('./runs/runs.js') },
    locks: { about: 'who has which lock, and who waits for it', load: () => import('./runs/locks.js') },
    alias: {
      about: 'names for command lines, yours and the site’s',
      load: () => import('./aliases/alias.js'),
    },
    schedule: {
      about: 'lines that run by a timetable, as you',
      load: () => import('./schedules/schedule.js'),
    },
    parse: {
      about: 'show how a command line is read (needs no server)',
      load: () => import('./lines/parse.js'),
    },
  },
  'Signing in': {
    bootstrap: {
      about: 'make the first administrator of a new server',
      load: () => import('./sign-in/bootstrap.js'),
    },
    login: { about: 'sign in, and keep it in a profile', load: () => import('./sign-in/login.js') },
    logout: { about: 'end that again', load: () => import('./sign-in/logout.js') },
    profile: {
      about: 'the servers that you are signed in to',
      load: () => import('./sign-in/profile.js'),
    },
    whoami: {
      about: 'who you are to the server, and what you may do',
      load: () => import('./people/whoami.js'),
    },
    register: {
      about: 'confirm the code that a chat showed you: that is me',
      load: () => import('./registration/register.js'),
    },
    identity: {
      about: 'who you are in the chats',
      load: () => import('./registration/identity.js'),
    },
  },
  'People and permissions': {
    user: { about: 'people, their chat identities and tokens', load: () => import('./people/user.js') },
    group: { about: 'groups of people, and the roles they have', load: () => import('./people/group.js') },
    role: { about: 'roles, and the permissions they give', load: () => import('./people/role.js') },
    permission: {
      about: 'which permissions there are, and those of the site',
      load: () => import('./people/permission.js'),
    },
    token: { about: 'tokens, yours and those of service accounts', load: () => import('./people/token.js') },
    rule: {
      about: 'try access rules without a server, and those of the site',
      load: () => import('./lines/rule.js'),
    },
    policy: {
      about: 'test who may do what, and see what a change would change',
      load: () => import('./policy/policy.js'),
    },
  },
  Bundles: {
    bundle: {
      about: 'begin bundles, lint them, install them, enable them, look at them',
      load: () => import('./bundles/bundle.js'),
    },
    template: {
      about: 'try templates, and lint them (needs no server)',
      load: () => import('./templates/template.js'),
    },
    config: {
      about: 'what commands find in their environment, by bundle, room, group and user',
      load: () => import('./configuration/configuration.js'),
    },
    store: {
      about: 'what commands have kept in the key-value store',
      load: () => import('./store/store.js'),
    },
  },
  'The installation': {
    relay: {
      about: 'relays: their tokens, their tags, how they are and what they may be given',
      load: () => import('./relays/relay.js'),
    },
    channel: {
      about: 'on which relays runs what is said in a channel',
      load: () => import('./channels/channel.js'),
    },
    adapter: {
      about: 'adapters, which speak with chats, and their tokens',
      load: () => import('./adapters/adapter.js'),
    },
    acl: {
      about: 'what Kafka or NATS has to allow each service (needs no server)',
      load: () => import('./broker/acl.js'),
    },
    logs: {
      about: 'the audit log of commands: who ran what, where, by which rule, and how it ended',
      load: () => import('./audit/logs.js'),
    },
    audit: {
      about: 'the audit log: what was done, its export, and whether anything of it was changed',
      load: () => import('./audit/audit.js'),
    },
    secrets: {
      about: 'what stored secrets are encrypted with, and the exchange of that key',
      load: () => import('./secrets/secrets.js'),
    },
  },
};

/** The command line of `chasqui`. Only the groups whose names stand among the words are loaded; the others are there for the help. */
export async function program(words: readonly string[]): Promise<Command> {
  const chasqui = new Command('chasqui')
    .configureHelp({ optionDescription })
    .description('Runs operations commands on relays, and looks after the server that does.')
    .version(version, '--version', 'print the version')
    .option('--json', 'print JSON, and nothing else, on standard output')
    .option('--url <url>', 'where the server is (CHASQUI_URL; http://127.0.0.1:7400 if not said)')
    .option('--token-file <file>', 'a file with your token (CHASQUI_TOKEN, CHASQUI_TOKEN_FILE)')
    .option(
      '--profile <name>',
      'the server and the token that `chasqui login` kept under a name (CHASQUI_PROFILE)',
    )
    .option('--ca <file>', 'trust the authorities in this PEM file instead of the system’s (CHASQUI_CA_FILE)')
    .option('--insecure', 'send your token over plain HTTP to another machine all the same')
    .helpCommand('help [command]', 'explain a command')
    .exitOverride();
  for (const [section, groups] of Object.entries(sections)) {
    for (const [name, { about, load }] of Object.entries(groups)) {
      const command = chasqui.command(name).description(about).helpGroup(`${section}:`);
      if (words.includes(name)) (await load()).define(command);
    }
  }
  return chasqui;
}

/** A list that begins empty is no default that anybody wants to read of. */
function optionDescription(option: Option): string {
  const { defaultValue } = option as { defaultValue?: unknown };
  if (!Array.isArray(defaultValue) || defaultValue.length > 0) return new Help().optionDescription(option);
  return option.description;
}
