import type { Command } from 'commander';
import { path } from '../server/api-client.js';
import type { ConfigSource, ConfigValue, EffectiveConfig, ServerSetting } from './configuration-shapes.js';
import { query } from '../server/query.js';
import { session } from '../session.js';
import { Stop } from '../stop.js';
import { ago } from '../terminal/ago.js';
import { table } from '../terminal/table.js';
import { readGiven } from './read-given.js';
import { layerOf, withLayers, type LayerOptions } from './layers.js';

/** `chasqui config …` */
export function define(config: Command): void {
  withLayers(config.command('set <bundle> <key> [value]'))
    .description('set a value: given, from a file, or from standard input')
    .option('--from-file <file>', 'take the value from a file, without the line feed at its end')
    .option('--secret', 'encrypt it and never show it; it is asked for, or read from standard input')
    .action(
      async (
        bundle: string,
        key: string,
        given: string | undefined,
        options: SetOptions,
        command: Command,
      ) => {
        const which = layerOf(options);
        const { api, show } = session(command);
        const value = await readGiven(key, given, options);
        const set = await api.put<ConfigValue>(path`/config/${bundle}/${key}`, {
          ...which,
          value,
          ...(options.secret && { secret: true }),
        });
        if (set.secret && given !== undefined)
          process.stderr.write(
            `chasqui: ${key} is a secret, and its value stands in your shell's history now; give it on standard input next time\n`,
          );
        show(set, (one) => `${bundle} ${key} is set for ${sourceInWords(one)}`);
      },
    );
  withLayers(config.command('get <bundle> <key>'))
    .description('print one value of one layer, as it was set')
    .action(async (bundle: string, key: string, options: LayerOptions, command: Command) => {
      const which = layerOf(options);
      const { api, show } = session(command);
      const { values } = await api.get<{ values: ConfigValue[] }>(
        `/config?${query({ bundle, key, ...which })}`,
      );
      const [found] = values;
      if (!found) throw new Stop(`${bundle} ${key} is not set for ${sourceInWords(which)}`);
      if (found.secret) throw new Stop(`${bundle} ${key} is set and secret; it is never shown`);
      show(found, ({ value }) => value ?? '');
    });
  withLayers(config.command('list [bundle]'))
    .description('list values with who set them; of secrets, that they are set')
    .option('--key <key>', 'of this key only')
    .action(
      async (bundle: string | undefined, options: LayerOptions & { key?: string }, command: Command) => {
        const which = namesLayer(options) ? layerOf(options) : {};
        const { api, show } = session(command);
        show(
          await api.get<{ values: ConfigValue[] }>(
            `/config?${query({ bundle, key: options.key, ...which })}`,
          ),
          ({ values }) =>
            table(
              ['bundle', 'key', 'value', 'layer', 'of', 'set', 'by'],
              values.map((one) => [
                one.bundle,
                one.key,
                one.secret ? '(secret)' : one.value,
                one.layer,
                one.ownerName ?? one.owner,
                `${ago(one.changedAt, Date.now())} ago`,
                one.changedBy,
              ]),
            ),
        );
      },
    );
  withLayers(config.command('unset <bundle> <key>'))
    .description('remove a value; a more general layer shows again')
    .action(async (bundle: string, key: string, options: LayerOptions, command: Command) => {
      const which = layerOf(options);
      const { api, show } = session(command);
      await api.remove(`${path`/config/${bundle}/${key}`}?${query(which)}`);
      show(
        { unset: { bundle, key, ...which } },
        () => `${bundle} ${key} is unset for ${sourceInWords(which)}`,
      );
    });
  config
    .command('effective <bundle>')
    .description('what a command of a bundle finds in its environment, and from where')
    .option('--user <username>', 'for this user instead of you')
    .option('--channel <channel>', 'asked for in this room: ADAPTER/WORKSPACE/ID or ADAPTER/#name')
    .option('--application <name>', 'in this application')
    .action(async (bundle: string, options: EffectiveOptions, command: Command) => {
      const { user, channel, application } = options;
      const { api, show } = session(command);
      show(
        await api.get<EffectiveConfig>(
          `${path`/config/${bundle}/effective`}?${query({ user, channel, application })}`,
        ),
        effectiveInWords,
      );
    });
  config
    .command('server')
    .description('the settings of the server itself, where each came from, and nothing that is secret')
    .option('--all', 'those that are not set as well')
    .action(async (options: { all?: true }, command: Command) => {
      const { api, show } = session(command);
      show(await api.get<{ settings: ServerSetting[] }>('/settings'), ({ settings }) =>
        table(
          ['setting', 'value', 'from'],
          settings
            .filter(({ from }) => options.all || from !== 'not set')
            .map(({ name, value, from, file }) => [name, value, file ?? from]),
        ),
      );
    });
}

type SetOptions = LayerOptions & { readonly fromFile?: string; readonly secret?: true };
type EffectiveOptions = { readonly user?: string; readonly channel?: string; readonly application?: string };

function namesLayer({ application, channel, group, user }: LayerOptions): boolean {
  return [application, channel, group, user].some((owner) => owner !== undefined);
}

function sourceInWords({ layer, owner, ownerName }: ConfigSource): string {
  return owner === undefined ? `the ${layer}` : `the ${layer} ${ownerName ?? owner}`;
}

function effectiveInWords({ values, faults, unset }: EffectiveConfig): string {
  const rows = [
    ...values.map((one) => [
      one.key,
      one.secret ? '(secret)' : one.value,
      sourceInWords(one),
      one.over.map(sourceInWords).join(', '),
    ]),
    ...unset.map((key) => [key, undefined, 'nobody', undefined]),
  ];
  const told = table(['key', 'value', 'from', 'hides'], rows);
  return [told, ...faults.map(({ message }) => message)].join('\n');
}
