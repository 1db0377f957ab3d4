import type { Command } from 'commander';
import { path } from '../server/api-client.js';
import type { BundleDetails, BundleSummary } from '../server/rest-shapes.js';
import { session } from '../session.js';
import { ago } from '../terminal/ago.js';
import { fields, table } from '../terminal/table.js';
import { exitCodes, Stop } from '../stop.js';

/** `chasqui bundle …` */
export function define(bundle: Command): void {
  bundle
    .command('install <file>')
    .description('send a bundle file to the server; - reads standard input')
    .option('--enable', 'enable it at once')
    .option('--force', 'replace the same version with other content')
    .action(async (file: string, options: { enable?: true; force?: true }, command: Command) => {
      const { install } = await import('./install.js');
      await install(session(command), file, options);
    });
  bundle
    .command('lint <files...>')
    .description('tell everything that is wrong with bundle files (needs no server)')
    .action(async (files: string[], _options, command: Command) => {
      const { lint } = await import('./lint.js');
      await lint(files, command.optsWithGlobals());
    });
  bundle
    .command('list')
    .description('list every version installed')
    .action(async (_options, command: Command) => {
      const { api, show } = session(command);
      show(await api.get<{ bundles: BundleSummary[] }>('/bundles'), ({ bundles }) => summaries(bundles));
    });
  bundle
    .command('show <name> [version]')
    .description('show the versions of a bundle, or one of them with its commands and rules')
    .option('--source', 'print the bundle file itself')
    .action(
      async (name: string, version: string | undefined, { source }: { source?: true }, command: Command) => {
        const { api, show } = session(command);
        if (source && !version) command.error('error: --source needs a version');
        if (version === undefined) {
          show(
            await api.get<{ name: string; versions: BundleSummary[] }>(path`/bundles/${name}`),
            ({ versions }) => summaries(versions),
          );
        } else {
          const found = await api.get<BundleDetails>(path`/bundles/${name}/${version}`);
          show(found, source ? (one) => one.source : details);
        }
      },
    );
  bundle
    .command('enable <name> [version]')
    .description(
      'enable a version, the highest if none is named; the one enabled before is switched off in the same step',
    )
    .action(async (name: string, version: string | undefined, _options, command: Command) => {
      const { api, show } = session(command);
      const chosen = version ?? (await highest(name, () => api.get(path`/bundles/${name}`)));
      show(
        await api.put<BundleSummary>(path`/bundles/${name}/enabled`, { version: chosen }),
        () => `${name} ${chosen} is enabled`,
      );
    });
  bundle
    .command('disable <name>')
    .description('switch a bundle off; its versions stay installed')
    .action(async (name: string, _options, command: Command) => {
      const { api, show } = session(command);
      await api.remove(path`/bundles/${name}/enabled`);
      show({ disabled: name }, () => `${name} is disabled`);
    });
  bundle
    .command('uninstall <name> <version>')
    .description('delete a version that is not enabled')
    .action(async (name: string, version: string, _options, command: Command) => {
      const { api, show } = session(command);
      await api.remove(path`/bundles/${name}/${version}`);
      show({ uninstalled: { name, version } }, () => `${name} ${version} is uninstalled`);
    });
}

async function highest(
  name: string,
  installed: () => Promise<{ versions: BundleSummary[] }>,
): Promise<string> {
  const { highestVersion } = await import('@chasqui/bundles/versions');
  const { versions } = await installed();
  const found = highestVersion(versions.map(({ version }) => version));
  if (found === undefined) throw new Stop(`no version of ${name} is installed`, exitCodes.failed);
  return found;
}

function summaries(bundles: readonly BundleSummary[]): string {
  return table(
    ['bundle', 'version', 'enabled', 'installed', 'by', 'commands'],
    bundles.map((one) => {
      const installed = `${ago(one.installedAt, Date.now())} ago`;
      return [
        one.name,
        one.version,
        one.enabled ? 'yes' : 'no',
        installed,
        one.installedBy,
        one.commands.join(' '),
      ];
    }),
  );
}

function details(bundle: BundleDetails): string {
  const head = fields({
    bundle: bundle.name,
    version: bundle.version,
    description: bundle.description,
    enabled: bundle.enabled ? 'yes' : 'no',
    installed: `${bundle.installedAt} by ${bundle.installedBy}`,
    sha256: bundle.sha256,
    relay: bundle.relay,
    permissions: bundle.permissions.join(', '),
  });
  const commands = table(
    ['command', 'description', 'relay', 'rules'],
    bundle.commands.map(({ name, description, relay, rules }) => [
      name,
      description,
      relay,
      rules.join('; '),
    ]),
  );
  return `${head}\n\n${commands}`;
}
