import type { RelayMatches } from '@chasqui/contracts';
import type { Command } from 'commander';
import { query } from '../server/query.js';
import { session } from '../session.js';

/** `chasqui relay match` */
export function defineMatch(relay: Command): void {
  relay
    .command('match [selector]')
    .description('which relays a selector matches, which would take work, and why the others would not')
    .option('--command <command>', 'also what this command asks for: bundle:command')
    .action(async (selector: string | undefined, options: { command?: string }, command: Command) => {
      const { api, show } = session(command);
      const asked = query({ selector, command: options.command });
      // The other commands about relays need nothing of it, and start sooner.
      const { renderRelayMatches } = await import('@chasqui/replies');
      const matches = await api.get<RelayMatches>(`/relay-matches${asked && `?${asked}`}`);
      show(matches, (all) => renderRelayMatches(all, Date.now()).text);
    });
}
