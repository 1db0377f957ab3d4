import type { Command } from 'commander';
import { path } from '../server/api-client.js';
import { session } from '../session.js';
import { ago } from '../terminal/ago.js';
import { table } from '../terminal/table.js';

const which = 'a channel is ADAPTER/WORKSPACE/ID or ADAPTER/#name';

/** `chasqui channel …` */
export function define(channel: Command): void {
  channel
    .command('list')
    .description('list the channels of which it is said where their commands run')
    .action(async (_options, command: Command) => {
      const { api, show } = session(command);
      show(await api.get<{ channels: Channel[] }>('/channels'), inWords);
    });
  channel
    .command('set <channel>')
    .description(`say what must hold of a relay for whatever is said in a channel; ${which}`)
    .requiredOption('--on <selector>', 'as behind --on in a line: dc=fra')
    .action(async (name: string, { on }: { on: string }, command: Command) => {
      const { api, show } = session(command);
      show(
        await api.put<Channel>(path`/channels/${name}`, { selector: on }),
        (one) => `what is said in ${one.name ?? one.channel} runs on relays with ${one.selector}`,
      );
    });
  channel
    .command('clear <channel>')
    .description(`let a channel run on any relay again; ${which}`)
    .action(async (name: string, _options, command: Command) => {
      const { api, show } = session(command);
      await api.remove(path`/channels/${name}`);
      show({ cleared: name }, () => `what is said in ${name} runs on any relay again`);
    });
}

function inWords({ channels }: { readonly channels: readonly Channel[] }): string {
  if (channels.length === 0) return 'no channel has a selector; "chasqui channel set" gives it one';
  return table(
    ['channel', 'on', 'set', 'by'],
    channels.map(({ channel, name, selector, setAt, setBy }) => [
      name ?? channel,
      selector,
      `${ago(setAt, Date.now())} ago`,
      setBy,
    ]),
  );
}

/** A channel of which it is said where its commands run. */
interface Channel {
  readonly channel: string;
  readonly name?: string;
  readonly selector: string;
  readonly setAt: string;
  readonly setBy: string;
}
