import type { Command } from 'commander';
import { path } from '../server/api-client.js';
import type { Relay } from '../server/rest-shapes.js';
import { session } from '../session.js';
import { ago } from '../terminal/ago.js';
import { fields, table } from '../terminal/table.js';
import { defineProtection } from './protect.js';
import { overlapOption, showToken, tokenInUse } from './tokens.js';

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
      const of = session(command);
      const body = { name, ...(tag.length > 0 && { tags: tag }) };
      showToken(of, await of.api.post<{ token: string }>('/relays', body), 'CHASQUI_RELAY_TOKEN');
    });
  relay
    .command('rotate <relay>')
    .description('print a new token; those there are go on for a while')
    .addOption(overlapOption())
    .action(async (name: string, { overlap }: { overlap: string }, command: Command) => {
      const of = session(command);
      const made = await of.api.post<{ token: string }>(path`/relays/${name}/rotate`, { overlap });
      showToken(of, made, 'CHASQUI_RELAY_TOKEN');
    });
  relay
    .command('revoke <relay>')
    .description('take its tokens away at once: what it runs is lost, what it reports is not believed')
    .action(async (name: string, _options, command: Command) => {
      const { api, show } = session(command);
      show(await api.post<Relay>(path`/relays/${name}/revoke`, {}), () => `${name} is revoked`);
    });
  for (const [change, about] of [
    ['enable', 'let a relay be given orders again'],
    ['disable', 'give a relay nothing new; what it runs may end'],
  ] as const)
    relay
      .command(`${change} <relay>`)
      .description(about)
      .action(async (name: string, _options, command: Command) => {
        const { api, show } = session(command);
        show(await api.post<Relay>(path`/relays/${name}/${change}`, {}), () => `${name} is ${change}d`);
      });
  relay
    .command('delete <relay>')
    .description('forget a relay; its token is worth nothing from then on')
    .action(async (name: string, _options, command: Command) => {
      const { api, show } = session(command);
      await api.remove(path`/relays/${name}`);
      show({ deleted: name }, () => `${name} is deleted`);
    });
  defineProtection(relay);
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
    // An API of before tells of none.
    token: relay.tokens && tokenInUse(relay.tokens, Date.now()),
    'wrong token': relay.rejectedAt && `somebody used one at ${relay.rejectedAt}`,
  });
}
