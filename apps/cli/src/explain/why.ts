import type { Explanation } from '@chasqui/contracts';
import { renderExplanation } from '@chasqui/replies';
import type { Command } from 'commander';
import { unaddressed } from '../lines/unaddressed.js';
import { session } from '../session.js';
import { exitCodes, Stop } from '../stop.js';

interface WhyOptions {
  readonly user?: string;
  readonly group: readonly string[];
  readonly permission: readonly string[];
  readonly adapter?: string;
  readonly workspace?: string;
  readonly room?: string;
  readonly direct?: true;
  readonly origin?: string;
  readonly at?: string;
}

/** `chasqui why '<line>'` */
export function define(why: Command): void {
  const several = (one: string, all: string[]) => [...all, one];
  why
    .argument('<line...>', "the command line, quoted as one word: 'ops:restart web --on dc=fra'")
    .option('--user <name>', 'who would say it, in place of yourself')
    .option('--group <name>', 'somebody imagined would: a group they are in (repeatable)', several, [])
    .option('--permission <name>', 'somebody imagined would: what they hold (repeatable)', several, [])
    .option('--adapter <name>', 'the chat it would be said in, as slack; over the API where nothing is said')
    .option('--workspace <id>', 'the workspace of that chat')
    .option('--room <room>', "the room: '#ops' by its name, or an id")
    .option('--direct', 'nobody else would hear it')
    .option('--origin <origin>', 'how it would come: chat, api, schedule or webhook')
    .option('--at <time>', 'when: 2026-11-22T23:00:00+01:00')
    .action(async (words: string[], options: WhyOptions, command: Command) => {
      if (words.length > 1)
        command.error(`error: quote the line, so that it is one word: chasqui why '${words.join(' ')}'`);
      const { api, show } = session(command);
      const asked = suppositionOf(unaddressed(words[0]!), options);
      const explanation = await api.post<Explanation>('/simulate', asked);
      show(explanation, (one) => renderExplanation(one).text);
      if (explanation.outcome === 'refused') throw new Stop('', exitCodes.failed);
    });
}

function suppositionOf(line: string, { group, permission, ...rest }: WhyOptions): object {
  const imagined = group.length > 0 || permission.length > 0;
  if (imagined && rest.user !== undefined)
    throw new Stop(
      '--user is somebody who is there, --group and --permission are somebody imagined; say one',
      exitCodes.usage,
    );
  return { line, ...rest, ...(imagined && { as: { groups: group, permissions: permission } }) };
}
