import type { Command } from 'commander';
import { unaddressed } from '../lines/unaddressed.js';
import { path } from '../server/api-client.js';
import { session } from '../session.js';
import { Stop } from '../stop.js';
import { ago } from '../terminal/ago.js';
import { table } from '../terminal/table.js';

/** `chasqui alias …` */
export function define(alias: Command): void {
  withSite(alias.command('list'))
    .description('list your aliases, and those of the site')
    .action(async ({ site }: Whose, command: Command) => {
      const { api, show } = session(command);
      const { aliases } = await api.get<{ aliases: Alias[] }>('/aliases');
      show({ aliases: site ? aliases.filter((one) => one.site) : aliases }, inWords);
    });
  withSite(alias.command('show <name>'))
    .description('print the line that a name stands for; yours goes before the site’s')
    .action(async (name: string, { site }: Whose, command: Command) => {
      const { api, show } = session(command);
      const { aliases } = await api.get<{ aliases: Alias[] }>('/aliases');
      const found = aliases.find((one) => one.name === name && (one.site || !site));
      if (!found) throw new Stop(`there is no alias ${name}; "chasqui alias list" shows those there are`);
      show(found, ({ line }) => line);
    });
  withSite(alias.command('set <name> <line>'))
    .description('let a name stand for a command line, quoted as one word')
    .action(async (name: string, typed: string, { site }: Whose, command: Command) => {
      const { api, show } = session(command);
      const wanted = { line: unaddressed(typed), ...(site && { site }) };
      show(
        await api.put<Alias>(path`/aliases/${name}`, wanted),
        (set) => `${set.name} now stands for: ${set.line}`,
      );
    });
  withSite(alias.command('remove <name>'))
    .description('remove an alias')
    .action(async (name: string, { site }: Whose, command: Command) => {
      const { api, show } = session(command);
      await api.remove(path`/aliases/${name}` + (site ? '?site=true' : ''));
      show({ removed: name }, () => `the alias ${name} is gone`);
    });
}

interface Whose {
  readonly site?: true;
}

function withSite(command: Command): Command {
  return command.option('--site', 'of the whole site, for everybody');
}

function inWords({ aliases }: { readonly aliases: readonly Alias[] }): string {
  return table(
    ['name', 'line', 'of', 'set', 'by'],
    aliases.map(({ name, line, site, setAt, setBy }) => [
      name,
      line,
      site ? 'site' : 'you',
      `${ago(setAt, Date.now())} ago`,
      setBy,
    ]),
  );
}

interface Alias {
  readonly name: string;
  readonly line: string;
  readonly site: boolean;
  readonly setAt: string;
  readonly setBy: string;
}
