import type { Command } from 'commander';
import { path } from '../server/api-client.js';
import type { Credential } from '../relays/relay-shapes.js';
import { session } from '../session.js';
import { ago } from '../terminal/ago.js';
import { table } from '../terminal/table.js';
import { overlapOption, showToken, tokenInUse } from '../relays/tokens.js';

/** `chasqui adapter …` */
export function define(adapter: Command): void {
  adapter
    .command('list')
    .description('list the adapters, and which tokens they use since when')
    .action(async (_options, command: Command) => {
      const { api, show } = session(command);
      show(await api.get<{ adapters: Adapter[] }>('/adapters'), ({ adapters }) =>
        table(['adapter', 'state', 'workspaces', 'tokens', 'in use', 'wrong token'], adapters.map(row)),
      );
    });
  adapter
    .command('create <adapter>')
    .description('make an adapter known; prints its token once')
    .option(
      '--workspace <id>',
      'the only workspace it may speak for, for several repeat it; any if none is said',
      (one: string, all: string[]) => [...all, one],
      [],
    )
    .action(async (name: string, { workspace }: { workspace: string[] }, command: Command) => {
      const of = session(command);
      const body = { name, ...(workspace.length > 0 && { workspaces: workspace }) };
      showToken(of, await of.api.post('/adapters', body), 'CHASQUI_ADAPTER_TOKEN');
    });
  adapter
    .command('rotate <adapter>')
    .description('print a new token; those there are go on for a while')
    .addOption(overlapOption())
    .action(async (name: string, { overlap }: { overlap: string }, command: Command) => {
      const of = session(command);
      const made = await of.api.post<{ token: string }>(path`/adapters/${name}/rotate`, { overlap });
      showToken(of, made, 'CHASQUI_ADAPTER_TOKEN');
    });
  adapter
    .command('revoke <adapter>')
    .description('take its tokens away at once; its name stays taken')
    .action(async (name: string, _options, command: Command) => {
      const { api, show } = session(command);
      show(await api.post<Adapter>(path`/adapters/${name}/revoke`, {}), () => `${name} is revoked`);
    });
  adapter
    .command('delete <adapter>')
    .description('forget an adapter; its token is worth nothing from then on')
    .action(async (name: string, _options, command: Command) => {
      const { api, show } = session(command);
      await api.remove(path`/adapters/${name}`);
      show({ deleted: name }, () => `${name} is deleted`);
    });
}

function row({ name, state, workspaces, tokens, rejectedAt }: Adapter) {
  const now = Date.now();
  return [
    name,
    state,
    workspaces.join(' ') || 'any',
    String(tokens.length),
    tokenInUse(tokens, now),
    rejectedAt === undefined ? '' : ago(rejectedAt, now),
  ];
}

interface Adapter {
  readonly name: string;
  readonly state: string;
  readonly workspaces: readonly string[];
  readonly createdAt: string;
  readonly revokedAt?: string;
  readonly rejectedAt?: string;
  readonly tokens: readonly Credential[];
}
