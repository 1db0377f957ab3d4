import type { Command } from 'commander';
import { path } from '../server/api-client.js';
import type { BundleDetails, BundleSummary } from './bundle-shapes.js';
import { session } from '../session.js';
import { ago } from '../terminal/ago.js';
import { fields, table } from '../terminal/table.js';

/** `chasqui bundle …` */
export function define(bundle: Command): void {
  bundle
    .command('new <name> [folder]')
    .description('write a bundle that runs as it is, to begin with (needs no server)')
    .action(async (name: string, folder: string | undefined, _options, command: Command) => {
      const { newBundle } = await import('./new.js');
      await newBundle(name, folder ?? name, command.optsWithGlobals());
    });
  bundle
    .command('schema')
    .description('print the JSON Schema of bundle files, for editors (needs no server)')
    .action(async () => {
      const { bundleJsonSchema } = await import('@chasqui/bundles');
      process.stdout.write(`${JSON.stringify(bundleJsonSchema(), null, 2)}\n`);
    });
  bundle
    .command('install <source>')
    .description(
      'send a bundle to the server: a file, a folder with one, - for standard input, https://…/bundle.yaml, or a Git repository: https://…/repo.git//folder/bundle.yaml@ref',
    )
    .option('--sha256 <sum>', 'only if the bundle file has this SHA-256 sum')
    .option('--enable', 'enable it at once')
    .option('--force', 'replace the same version with other content')
    .action(
      async (source: string, options: { enable?: true; force?: true; sha256?: string }, command: Command) => {
        const { install } = await import('./install.js');
        await install(session(command), source, options);
      },
    );
  bundle
    .command('lint <files...>')
    .description(
      'tell everything that is wrong with bundle files, or with those in folders (needs no server)',
    )
    .option('--strict', 'fail on warnings, too')
    .action(async (files: string[], _options, command: Command) => {
      const { lint } = await import('./lint.js');
      await lint(files, command.optsWithGlobals());
    });
  bundle
    .command('convert <file>')
    .description(
      'turn a Cog bundle file into one of ours, and tell what could not be carried over (needs no server)',
    )
    .option('-o, --output <file>', 'where to write it, in place of standard output')
    .action(async (file: string, _options, command: Command) => {
      const { convert } = await import('./convert.js');
      await convert(file, command.optsWithGlobals());
    });
  bundle
    .command('test [files...]')
    .description('play the transcripts beside bundles in solo mode, and compare (needs no server)')
    .option('--update', 'write what was heard into the transcripts, where whole replies stand')
    .action(async (files: string[], _options, command: Command) => {
      const { testBundles } = await import('./test.js');
      await testBundles(files, command.optsWithGlobals());
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
      const { enable } = await import('./enable.js');
      await enable(session(command), name, version);
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
