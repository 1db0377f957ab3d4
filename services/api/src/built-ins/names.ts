import { filterHelp } from '@chasqui/filters';
import type { BuiltInHelp } from './built-in.js';

/** What the API answers by itself, as help shows it. What they do is in `built-ins.service.ts`. */
export const builtInHelp = {
  help: {
    name: 'help',
    usage: 'help [BUNDLE | COMMAND | FILTER]',
    description: 'what you may run; with a name, all about that',
    examples: ['help', 'help where'],
  },
  which: { name: 'which', usage: 'which NAME', description: 'what a name stands for' },
  whoami: { name: 'whoami', usage: 'whoami', description: 'who you are here, and what you may do' },
  register: {
    name: 'register',
    usage: 'register [code | remove]',
    description: 'becomes known here, by a code that you confirm where you are signed in; remove undoes it',
  },
  relays: {
    name: 'relays',
    usage: 'relays [SELECTOR]',
    description: 'the relays, their tags and how they are; with a selector, which of them would take work',
    examples: ['relays', 'relays dc=fra,gpu', 'relays | where state=online | count'],
  },
  last: {
    name: 'last',
    usage: 'last',
    description: 'the result of your last command here, without running it again',
    examples: ['last | where status=failed | table'],
  },
  history: {
    name: 'history',
    usage: 'history [COUNT]',
    description: 'your last lines; COUNT of them, 10 where it is not said',
    examples: ['history 50 | where status=failed'],
  },
  logs: {
    name: 'logs',
    usage: 'logs [COUNT] [user=NAME] [command=NAME] [relay=NAME] [channel=NAME] [status=STATUS] [since=2h]',
    description: 'the audit log of commands: yours; with chasqui:read-audit also user=NAME and user=all',
    examples: ['logs status=failed since=7d', 'logs 50 user=all | where relay=fra-1 | count'],
  },
  locks: {
    name: 'locks',
    usage: 'locks',
    description: 'who holds which lock, and who waits for it',
    examples: ['locks', 'locks | where name=ops:deploy-prod'],
  },
  cancel: {
    name: 'cancel',
    usage: 'cancel [ID]',
    description: 'stops a run; without an id your latest one here',
    examples: ['cancel'],
  },
  run: { name: 'run', usage: 'run show ID', description: 'all about one run' },
  again: {
    name: 'again',
    usage: 'again ID [--failed]',
    description: 'runs the line of an earlier run again, or only where it failed; !! the last one',
  },
  schedule: {
    name: 'schedule',
    usage:
      "schedule create 'MINUTE HOUR DAY MONTH WEEKDAY ZONE' 'LINE' [--name NAME] [--missed skip|once] | list [USER|all] | show | pause | resume | remove | run NAME",
    description: 'runs a line by a timetable, as you, and answers here',
    examples: ["schedule create '0 9 * * mon-fri Europe/Berlin' 'ops:report'", 'schedule list'],
  },
  why: {
    name: 'why',
    usage: 'why LINE',
    description: 'whether you may run a line, where it would run, and why; nothing is run',
    examples: ['why ops:restart web --on dc=fra', 'why !!'],
  },
  alias: {
    name: 'alias',
    usage: 'alias [list | show NAME | set NAME LINE | remove NAME] [--site]',
    description: 'your own names for lines, and those of the whole site',
    examples: ["alias set errors 'ops:log web | where level=error'", 'alias list'],
  },
} as const satisfies Record<string, BuiltInHelp>;

export type BuiltInName = keyof typeof builtInHelp;

export function isBuiltIn(name: string): name is BuiltInName {
  return Object.hasOwn(builtInHelp, name);
}

/** Those whose answer is records, so that a pipeline can begin with them. */
const sources: ReadonlySet<string> = new Set<BuiltInName>(['relays', 'last', 'history', 'logs', 'locks']);

export function isSource(name: string): boolean {
  return sources.has(name);
}

/** Every bare name that the API keeps for itself. */
export const ownNames: readonly string[] = [
  ...Object.keys(builtInHelp),
  ...filterHelp.map((filter) => filter.name),
];
