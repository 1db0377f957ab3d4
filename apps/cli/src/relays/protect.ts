import type { Command } from 'commander';
import { path } from '../server/api-client.js';
import { session } from '../session.js';
import { ago } from '../terminal/ago.js';
import { table } from '../terminal/table.js';

/** `chasqui relay protect`, `unprotect`, `protected`. */
export function defineProtection(relay: Command): void {
  relay
    .command('protect <selector>')
    .description('let only those use the relays it matches who have relay:use for them')
    .action(async (selector: string, _options, command: Command) => {
      const { api, show } = session(command);
      show(
        await api.post<ProtectedRelays>('/protected-relays', { selector }),
        (one) => `relays with ${one.selector} are protected: ${one.relays.join(', ') || 'none so far'}`,
      );
    });
  relay
    .command('unprotect <selector>')
    .description('let everybody use them again')
    .action(async (selector: string, _options, command: Command) => {
      const { api, show } = session(command);
      await api.remove(path`/protected-relays/${selector}`);
      show({ unprotected: selector }, () => `relays with ${selector} are protected no more`);
    });
  relay
    .command('protected')
    .description('list what is protected, and which relays that is now')
    .action(async (_options, command: Command) => {
      const { api, show } = session(command);
      show(await api.get<{ protected: ProtectedRelays[] }>('/protected-relays'), inWords);
    });
}

function inWords({ protected: all }: { readonly protected: readonly ProtectedRelays[] }): string {
  if (all.length === 0) return 'no relays are protected; "chasqui relay protect" protects some';
  return table(
    ['selector', 'relays', 'protected', 'by'],
    all.map(({ selector, relays, protectedAt, protectedBy }) => [
      selector,
      relays.join(' '),
      `${ago(protectedAt, Date.now())} ago`,
      protectedBy,
    ]),
  );
}

interface ProtectedRelays {
  readonly selector: string;
  readonly relays: readonly string[];
  readonly protectedAt: string;
  readonly protectedBy: string;
}
