import type { Command } from 'commander';
import { path } from '../server/api-client.js';
import type { Relay } from '../server/rest-shapes.js';
import { session } from '../session.js';
import { ago } from '../terminal/ago.js';
import { fields, table } from '../terminal/table.js';

/** `chasqui relay …` */
export function define(relay: Command): void {
  relay
    .command('list')
    .description('list the relays, how they are and what they do')
    .action(async (_options, command: Command) => {
      const { api, show } = session(command);
      show(await api.get<{ relays: Relay[] }>('/relays'), ({ relays }) =>
        table(['relay', 'state', 'since', 'tags', 'drivers', 'running'], relays.map(row)),
      );
    });
  relay
    .command('show <relay>')
    .description('show one relay')
    .action(async (name: string, _options, command: Command) => {
      const { api, show } = session(command);
      show(await api.get<Relay>(path`/relays/${name}`), inWords);
    });
  relay
    .command('create <relay>')
    .description('make a relay known; prints its token once')
    .option(
      '--tag <tag>',
      'key or key=value, for several repeat it',
      (tag: string, tags: string[]) => [...tags, tag],
      [],
    )
    .action(async (name: string, { tag }: { tag: string[] }, command: Command) => {
      const { api, show, json } = session(command);
      const made = await api.post<{ relay: Relay; token: string }>('/relays', {
        name,
        ...(tag.length > 0 && { tags: tag }),
      });
      show(made, ({ token }) => token);
      if (!json)
        process.stderr.write(
          `keep it now, it is not shown again: the relay reads it as CHASQUI_RELAY_TOKEN or from CHASQUI_RELAY_TOKEN_FILE\n`,
        );
    });
  relay
    .command('delete <relay>')
    .description('forget a relay; its token is worth nothing from then on')
    .action(async (name: string, _options, command: Command) => {
      const { api, show } = session(command);
      await api.remove(path`/relays/${name}`);
      show({ deleted: name }, () => `${name} is deleted`);
    });
}

function row(relay: Relay) {
  const running = `${relay.inFlight}/${relay.slots}`;
  return [
    relay.name,
    relay.state,
    ago(relay.since, Date.now()),
    relay.tags.join(' '),
    relay.drivers.join(' '),
    running,
  ];
}

function inWords(relay: Relay): string {
  return fields({
    relay: relay.name,
    state: `${relay.state} since ${relay.since}`,
    'last seen': relay.lastSeenAt,
    tags: relay.tags.join(', ') || 'none',
    drivers: relay.drivers.join(', ') || 'none',
    running: `${relay.inFlight} of ${relay.slots}`,
    version: relay.version,
    platform: relay.platform,
    'wrong token': relay.rejectedAt && `somebody used one at ${relay.rejectedAt}`,
  });
}
