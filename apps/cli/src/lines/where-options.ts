import { origins, type Origin, type Surroundings } from '@chasqui/access-rules';
import { Option, type Command } from 'commander';
import { exitCodes, Stop } from '../stop.js';

/** Where and when a line is supposed to be said, and by whom. */
export interface WhereOptions {
  readonly channel: readonly string[];
  readonly adapter?: string;
  readonly direct?: true;
  readonly origin: Origin;
  readonly application?: string;
  readonly group: readonly string[];
  readonly relay?: string;
  readonly relayTag: readonly string[];
  readonly at?: string;
}

/** Options for all that rules may look at beside the words. */
export function withWhere(command: Command): Command {
  return command
    .option(
      '--channel <channel>',
      'where it is said: "#name", or "adapter/id"; both of one channel if you repeat it',
      more,
      [],
    )
    .option('--adapter <adapter>', 'the chat it is said in')
    .option('--direct', 'it is said where nobody else hears it')
    .addOption(new Option('--origin <origin>', 'how it reaches us').choices(origins).default('chat'))
    .option('--application <application>', 'the application it is for')
    .option('--group <group>', 'one that the asker is in, for several repeat it', more, [])
    .option('--relay <relay>', 'the relay that it would run on')
    .option('--relay-tag <tag>', 'a tag of that relay, key or key=value, for several repeat it', more, [])
    .option('--at <time>', 'when it is said, as in 2026-11-22T08:00:00+01:00; now if not given');
}

export function whereOf(options: WhereOptions): Surroundings {
  const { adapter, direct = false, origin, application, group: groups, relay, relayTag: tags, at } = options;
  const [names, keys] = [true, false].map((named) =>
    options.channel.filter((one) => one.startsWith('#') === named),
  );
  return {
    ...(keys![0] !== undefined && { channel: keys![0] }),
    ...(names![0] !== undefined && { channelName: names![0].slice(1) }),
    ...(adapter !== undefined && { adapter }),
    direct,
    origin,
    ...(application !== undefined && { application }),
    groups,
    ...((relay !== undefined || tags.length > 0) && { relay: { name: relay ?? '', tags } }),
    now: at === undefined ? Date.now() : timeIn(at),
  };
}

function timeIn(text: string): number {
  const time = Date.parse(text);
  if (!Number.isNaN(time)) return time;
  throw new Stop(`${text} is no time; write it as in 2026-11-22T08:00:00+01:00`, exitCodes.usage);
}

function more(one: string, all: string[]): string[] {
  return [...all, one];
}
