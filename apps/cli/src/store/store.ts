import type { Command } from 'commander';
import { path } from '../server/api-client.js';
import { query } from '../server/query.js';
import { session } from '../session.js';
import { exitCodes, Stop } from '../stop.js';
import { ago } from '../terminal/ago.js';
import { table } from '../terminal/table.js';

/** `chasqui store …`: what commands have kept. They themselves use the store over HTTP. */
export function define(store: Command): void {
  withShelf(store.command('list'))
    .description('list the entries of a bundle; without a scope, how many there are of each')
    .option('--prefix <text>', 'keys that begin so')
    .action(async (options: Shelf & { prefix?: string }, command: Command) => {
      const { api, show } = session(command);
      const { bundle } = options;
      if (!options.channel && !options.user && !options.own && options.prefix === undefined)
        return show(await api.get<StoreUsage>(path`/store/bundles/${bundle}`), usageInWords);
      const { scope, owner } = shelfOf(options);
      const entries: StoreEntry[] = [];
      for (let after: string | undefined = ''; after !== undefined;) {
        const asked: string = query({
          scope,
          owner,
          prefix: options.prefix,
          after: after || undefined,
          limit: '1000',
        });
        const page = await api.get<{ entries: StoreEntry[]; next?: string }>(
          `${path`/store/bundles/${bundle}/entries`}?${asked}`,
        );
        entries.push(...page.entries);
        after = page.next;
      }
      show({ entries }, (all) => entriesInWords(all.entries));
    });
  withShelf(store.command('get <key>'))
    .description('print the value of an entry')
    .action(async (key: string, options: Shelf, command: Command) => {
      const { api, show } = session(command);
      show(await api.get<StoreEntry>(entryPath(key, options)), ({ value }) => value ?? '');
    });
  withShelf(store.command('delete <key>'))
    .description('delete an entry')
    .action(async (key: string, options: Shelf, command: Command) => {
      const { api, show } = session(command);
      await api.remove(entryPath(key, options));
      show({ deleted: key }, () => `${key} is deleted`);
    });
}

interface Shelf {
  readonly bundle: string;
  readonly own?: true;
  readonly channel?: string;
  readonly user?: string;
}

function withShelf(command: Command): Command {
  return command
    .requiredOption('--bundle <bundle>', 'of this bundle')
    .option('--own', "the bundle's own scope; so it is where nothing else is said")
    .option('--channel <channel>', 'what it keeps in this room: ADAPTER/WORKSPACE/ID or ADAPTER/#name')
    .option('--user <username>', 'what it keeps for this user');
}

function shelfOf({ own, channel, user }: Shelf): { scope: string; owner?: string } {
  if ([own, channel, user].filter((one) => one !== undefined).length > 1)
    throw new Stop('an entry is in one scope: --own, --channel or --user', exitCodes.usage);
  if (channel !== undefined) return { scope: 'channel', owner: channel };
  return user === undefined ? { scope: 'bundle' } : { scope: 'user', owner: user };
}

function entryPath(key: string, options: Shelf): string {
  const { scope, owner } = shelfOf(options);
  const where = path`/store/bundles/${options.bundle}/entries/${scope}/${key}`;
  return owner === undefined ? where : `${where}?${query({ owner })}`;
}

function usageInWords({ shelves }: StoreUsage): string {
  return table(
    ['scope', 'of', 'entries', 'bytes'],
    shelves.map(({ scope, owner, entries, bytes }) => [scope, owner, entries, bytes]),
  );
}

function entriesInWords(entries: readonly StoreEntry[]): string {
  return table(
    ['key', 'type', 'bytes', 'written', 'until', 'by run'],
    entries.map(({ key, type, bytes, changedAt, expiresAt, changedByRun }) => [
      key,
      type,
      bytes,
      `${ago(changedAt, Date.now())} ago`,
      expiresAt,
      changedByRun,
    ]),
  );
}

interface StoreEntry {
  readonly key: string;
  readonly type: string;
  readonly bytes: number;
  readonly version: string;
  readonly changedAt: string;
  readonly changedByRun: string;
  readonly expiresAt?: string;
  readonly value?: string;
}

interface StoreUsage {
  readonly bundle: string;
  readonly entries: number;
  readonly bytes: number;
  readonly shelves: readonly {
    readonly scope: string;
    readonly owner?: string;
    readonly entries: number;
    readonly bytes: number;
  }[];
}
