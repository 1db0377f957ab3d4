import type { Command } from 'commander';
import { defineRelayAcl } from '../broker/acl.js';
import { path } from '../server/api-client.js';
import type { Relay } from './relay-shapes.js';
import { session } from '../session.js';
import { defineLife } from './life.js';
import { defineMatch } from './match.js';
import { defineProtection } from './protect.js';
import { defineTagProtection } from './protect-tags.js';
import { runLines } from './run-lines.js';
import { relayFields, relayTable } from './show-relay.js';
import { overlapOption, showToken } from './tokens.js';

/** `chasqui relay …` */
export function define(relay: Command): void {
  relay
    .command('list')
    .description('list the relays, how they are and what they do')
    .action(async (_options, command: Command) => {
      const { api, show } = session(command);
      show(await api.get<{ relays: Relay[] }>('/relays'), ({ relays }) => relayTable(relays, Date.now()));
    });
  relay
    .command('show <relay>')
    .description('show one relay')
    .action(async (name: string, _options, command: Command) => {
      const { api, show } = session(command);
      show(await api.get<Relay>(path`/relays/${name}`), (one) => relayFields(one, Date.now()));
    });
  relay
    .command('create <relay>')
    .description('make a relay known; prints its token once, and how to run it')
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
      if (!of.json) process.stderr.write(runLines(name));
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
  defineLife(relay);
  relay
    .command('delete <relay>')
    .description('forget a relay; its token is worth nothing from then on')
    .action(async (name: string, _options, command: Command) => {
      const { api, show } = session(command);
      await api.remove(path`/relays/${name}`);
      show({ deleted: name }, () => `${name} is deleted`);
    });
  defineMatch(relay);
  defineProtection(relay);
  defineRelayAcl(relay.command('acl <relay>'));
  defineTagProtection(relay);
}
