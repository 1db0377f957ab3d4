import { setTimeout as delay } from 'node:timers/promises';
import type { Command } from 'commander';
import { path, type ApiClient } from '../server/api-client.js';
import type { Relay } from './relay-shapes.js';
import { session } from '../session.js';
import { exitCodes, Stop } from '../stop.js';

/** How often a relay that is drained is looked at, in milliseconds. */
const lookEveryMs = 1_000;

/** `chasqui relay drain`, `pause`, `resume`, `enable`, `disable`, `tag`, `untag`. */
export function defineLife(relay: Command): void {
  relay
    .command('drain <relay>')
    .description('have a relay finish what it has, and give it nothing new')
    .option('--note <text>', 'why and until when, for all who look for it: "kernel update until 14:00"')
    .option('--wait', 'return once nothing runs or waits there any more')
    .action(async (name: string, { note, wait }: DrainOptions, command: Command) => {
      const { api, show } = session(command);
      const drained = await api.post<Relay>(path`/relays/${name}/drain`, given(note));
      show(wait ? await whenEmpty(api, drained) : drained, drainWords);
    });
  relay
    .command('pause <relay>')
    .description('give a relay nothing new until it is resumed; what it has goes on')
    .option('--note <text>', 'why and until when, for all who look for it')
    .action(async (name: string, { note }: { note?: string }, command: Command) => {
      const { api, show } = session(command);
      show(await api.post<Relay>(path`/relays/${name}/pause`, given(note)), () => `${name} is paused`);
    });
  for (const [change, about, done] of [
    ['resume', 'give a relay work again that was drained or paused', 'takes work again'],
    ['enable', 'let a relay be given orders again', 'is enabled'],
    ['disable', 'give a relay nothing new; what it runs may end', 'is disabled'],
  ] as const)
    relay
      .command(`${change} <relay>`)
      .description(about)
      .action(async (name: string, _options, command: Command) => {
        const { api, show } = session(command);
        show(await api.post<Relay>(path`/relays/${name}/${change}`, {}), () => `${name} ${done}`);
      });
  for (const [change, about] of [
    ['add', 'give a relay tags, key or key=value'],
    ['remove', 'take tags away from a relay'],
  ] as const)
    relay
      .command(`${change === 'add' ? 'tag' : 'untag'} <relay> <tags...>`)
      .description(about)
      .action(async (name: string, tags: string[], _options, command: Command) => {
        const { api, show } = session(command);
        const changed = await api.post<Relay>(path`/relays/${name}/tags`, { [change]: tags });
        show(changed, ({ tags: all }) => `${name} has ${all.join(', ') || 'no tags'}`);
      });
}

interface DrainOptions {
  readonly note?: string;
  readonly wait?: true;
}

function given(note: string | undefined): { note?: string } {
  return note === undefined ? {} : { note };
}

/** Looks until nothing is left there, and says on standard error how many are left. @throws Stop if somebody resumes it meanwhile */
async function whenEmpty(api: ApiClient, first: Relay): Promise<Relay> {
  let said = '';
  for (let relay = first; ; relay = await api.get<Relay>(path`/relays/${first.name}`)) {
    if (!relay.drain) throw new Stop(`${relay.name} was resumed meanwhile`, exitCodes.failed);
    if (isEmpty(relay)) return relay;
    const left = leftWords(relay);
    if (left !== said) process.stderr.write(`${left}\n`);
    said = left;
    await delay(lookEveryMs);
  }
}

/** Of one that is away it is what the server knows: what it had in hand is over there, or counts as lost. */
function isEmpty({ drain, unfinished = 0, state }: Relay): boolean {
  const away = ['offline', 'never-seen', 'disabled', 'revoked'].includes(state);
  return unfinished === 0 && (drain?.emptySince !== undefined || away);
}

function drainWords(relay: Relay): string {
  if (isEmpty(relay)) return `${relay.name} is empty: it may be stopped`;
  return `${relay.name} is draining; ${leftWords(relay)}`;
}

function leftWords({ unfinished = 0 }: Relay): string {
  return unfinished === 0 ? 'waiting for its word that nothing runs there' : `${unfinished} not finished yet`;
}
