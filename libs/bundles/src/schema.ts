import { z } from 'zod';
import {
  bundleName,
  capability,
  duration,
  folder,
  fullCommand,
  gortVersion,
  image,
  lockText,
  mount,
  noRelay,
  nonEmpty,
  pattern,
  permissionName,
  platform,
  positive,
  positiveWhole,
  programText,
  retries,
  rule,
  selector,
  size,
  version,
} from './checked-values.js';
import { FileFiles } from './command-files.js';
import {
  FileArgTemplate,
  FileConfigKey,
  FileExample,
  FileOption,
  FilePositional,
} from './declaration-schema.js';

/*
 * The two formats, each key once, with the sentence that editors and the guide show for it. Keys that Gort has are spelt as Gort spells
 * them (`long_description`); keys of ours have dashes (`writable-root`).
 *
 * What spans several keys (a permission that nobody declared, a command with nothing to run) is looked at in `cross-checks.ts`; so are
 * the names of commands, options and variables, because a faulty name must not hide what stands under it.
 */

const templates = z
  .strictObject({
    command: z.string().describe('For what a command printed.').optional(),
    command_error: z.string().describe('For what a command printed when it failed.').optional(),
    message: z.string().describe('For what Chasqui itself says.').optional(),
    message_error: z.string().describe('For what Chasqui itself says when something went wrong.').optional(),
  })
  .describe("How replies look: templates in Liquid. A command's own come before the bundle's.");

const anyBundle = {
  description: nonEmpty.describe('One line for people, shown in help.'),
  long_description: z.string().describe('More about it, any length.').optional(),
  author: z.string().describe('Who made it.').optional(),
  homepage: z.string().describe('Where to read more.').optional(),
  image: image
    .describe(
      'The container image of every command that names none. Without any the relay runs `executable` itself.',
    )
    .optional(),
  templates: templates.optional(),
};

const anyCommand = {
  description: z.string().describe('One line for people, shown in help.').optional(),
  long_description: z.string().describe('More about it, any length.').optional(),
  executable: z
    .array(programText)
    .describe("The program and its first words. Without it the image's own entrypoint runs.")
    .optional(),
  rules: z
    .array(rule)
    .describe(
      'Who may run it: every rule whose condition holds must be satisfied, and at least one must hold.',
    )
    .optional(),
  templates: templates.optional(),
};

/** Gort's format, version 1. */
export const GortFile = z.strictObject({
  gort_bundle_version: z.literal(1),
  name: bundleName('loose'),
  version: gortVersion,
  ...anyBundle,
  permissions: z.array(permissionName('loose')).optional(),
  docker: z.strictObject({ image: nonEmpty, tag: nonEmpty.optional() }).optional(),
  kubernetes: z.unknown().optional(),
  enabled: z.unknown().optional(),
  installedby: z.unknown().optional(),
  commands: z
    .record(
      z.string(),
      z.strictObject({ ...anyCommand, triggers: z.array(z.strictObject({ match: nonEmpty })).optional() }),
    )
    .optional(),
});
export type GortFile = z.infer<typeof GortFile>;

const mounts = z
  .array(
    z.union([
      mount,
      z.strictObject({
        source: folder.describe("The folder on the relay's machine."),
        target: folder.describe('Where the container sees it.'),
        'read-only': z.boolean().describe('`true` where it is not said.').optional(),
      }),
    ]),
  )
  .describe(
    "Folders of the relay's machine: `/host:/container`, with `:rw` to write. The relay's policy decides.",
  );

/** What a bundle says for all of its commands, and a command may say otherwise. */
const settings = {
  relay: selector
    .describe(
      "A selector that the relay must match: `dc=fra,gpu`. The bundle's and the command's must both hold.",
    )
    .optional(),
  platform: z
    .union([platform, z.array(platform)])
    .describe(
      'What its image or program is made for: `linux/arm64`, or several. Only relays that run one of them are chosen; where nothing is said, nothing is guessed.',
    )
    .optional(),
  'no-relay': noRelay
    .describe(
      'What is done where no relay matches: `refuse`, which is usual, or `wait 10m`: until one comes, at most so long. A person says otherwise with `--wait`.',
    )
    .optional(),
  timeout: duration.describe('How long it may run: `30s`, `5m`, `1h30m`.').optional(),
  'stop-grace': duration
    .describe(
      'How long it may take to end once it was told to stop, before it is killed: `10s` where it is not said.',
    )
    .optional(),
  limits: z
    .strictObject({
      memory: size.describe('Like `256MiB`.').optional(),
      cpus: positive.describe('Fractions allowed: 0.5 is half of one.').optional(),
      pids: positiveWhole.describe('Processes and threads.').optional(),
      output: size.describe('How much of what it prints is kept.').optional(),
    })
    .describe("What it may use; the relay's policy may lower each.")
    .optional(),
  network: z.boolean().describe("Whether it asks for network; the relay's policy decides.").optional(),
  'writable-root': z
    .boolean()
    .describe("Whether it asks for a root file system it can write; the relay's policy decides.")
    .optional(),
  mounts: mounts.optional(),
  capabilities: z
    .array(capability)
    .describe(
      "Linux capabilities that it asks for, such as `NET_RAW`: of use to root in a container. Where the relay's policy does not list each, the command is refused.",
    )
    .optional(),
  store: z.boolean().describe('Whether it may use the key-value store.').optional(),
  effect: z
    .enum(['read', 'idempotent', 'write'])
    .describe(
      'What running it twice would do: nothing new (`read`), the same again (`idempotent`), or something more (`write`, where it is not said).',
    )
    .optional(),
  retries: retries
    .describe(
      'How often it is tried again, on another relay if one fits, where its relay failed: 0 to 5, once where it is not said. A command whose effect is `write` is never tried again.',
    )
    .optional(),
  env: z
    .record(z.string(), programText)
    .meta({ propertyNames: { pattern: '^[A-Za-z_][A-Za-z0-9_]{0,127}$' } as never })
    .describe('Environment variables. Not `CHASQUI_…` and `GORT_…`, which Chasqui sets itself.')
    .optional(),
  calling: z
    .enum(['cog'])
    .describe("The calling convention: `cog` gives `COG_…` variables and reads Cog's output markers.")
    .optional(),
};

const deprecated = z
  .union([
    z.boolean(),
    z.strictObject({
      successor: fullCommand.describe('What to use instead: `bundle:command`.').optional(),
      message: z.string().describe('What people should know.').optional(),
    }),
  ])
  .describe('It still runs, and says so.');

export const FileCommand = z.strictObject({
  ...anyCommand,
  options: z
    .record(z.string(), FileOption)
    .meta({ propertyNames: { pattern: '^[a-z][a-z0-9_-]{0,63}$' } as never })
    .describe(
      'The options it takes, by name without dashes. With `options` or `positionals` a command is declared: what it does not declare is refused, and values are checked before anything runs.',
    )
    .optional(),
  positionals: z
    .array(FilePositional)
    .describe('The words it takes that are no options, in their order.')
    .optional(),
  args: z
    .array(FileArgTemplate)
    .describe(
      "How the values become the program's words, behind those of `executable`. `${name}` is a value; a text in which one has no value is left out whole; `${list}` alone becomes a word for each item. Without `args` each option is `--name=value`, and the positionals follow.",
    )
    .optional(),
  examples: z
    .array(FileExample)
    .describe('Lines that show how it is used, without what addresses Chasqui. Each is read and checked.')
    .optional(),
  input: z
    .enum(['none', 'each', 'all'])
    .describe(
      'What it takes from the stage before it in a pipeline: `each` runs once for each record, with the record as JSON on its standard input; `all` once, with a record a line; `none` nothing. Where it is not said it runs once for each record if its words use one (`$name`).',
    )
    .optional(),
  output: z
    .enum(['text', 'json', 'ndjson'])
    .describe('What it prints: lines of text (where it is not said), one JSON value, or a JSON value a line.')
    .optional(),
  'on-error': z
    .enum(['stop', 'continue'])
    .describe(
      'When it runs once for each record: whether the first that fails ends the run, or the others go on.',
    )
    .optional(),
  'output-schema': z
    .record(z.string(), z.unknown())
    .describe(
      'A JSON Schema (2020-12) that each record it prints must meet. Without `pattern`, `patternProperties`, `uniqueItems` and references to itself; `format` is not checked.',
    )
    .optional(),
  concurrency: positiveWhole
    .describe(
      'At most so many of it run at once, in the whole installation; the next waits its turn, first come first served.',
    )
    .optional(),
  lock: lockText
    .describe(
      'The name of a lock that it holds while it runs: `deploy-${env}`, with the values of its options and positionals. Whoever needs the same waits. Commands of one bundle share its locks.',
    )
    .optional(),
  files: FileFiles.optional(),
  deprecated: deprecated.optional(),
  triggers: z
    .array(z.strictObject({ match: pattern.describe('A regular expression (RE2).') }))
    .describe('What it answers to without being named. Checked and kept; nothing fires yet.')
    .optional(),
  ...settings,
  image: image.describe("Its own container image, in place of the bundle's.").optional(),
});
export type FileCommand = z.infer<typeof FileCommand>;

/** Our format, version 1: Gort's, and what makes a command good. */
export const ChasquiFile = z.strictObject({
  chasqui_bundle_version: z.literal(1).describe('The format: 1.'),
  name: bundleName('strict').describe(
    'Lower-case letters, digits, dashes and underscores; `ops` in `!ops:restart`.',
  ),
  version: version.describe('A semantic version: `1.0.0`, `2.1.0-rc.1`.'),
  ...anyBundle,
  license: z.string().describe('An SPDX expression, such as `Apache-2.0`.').optional(),
  permissions: z
    .array(permissionName('strict'))
    .describe("Permissions that rules ask for, without the bundle's name: `write` is `ops:write` in rules.")
    .optional(),
  config: z
    .record(z.string(), FileConfigKey)
    .meta({ propertyNames: { pattern: '^[A-Za-z_][A-Za-z0-9_]{0,127}$' } as never })
    .describe(
      'What can be configured from outside (`chasqui config`), by the name of the environment variable that every command gets.',
    )
    .optional(),
  ...settings,
  commands: z
    .record(z.string(), FileCommand)
    .meta({
      propertyNames: { pattern: '^[a-z][a-z0-9_-]{0,63}( [a-z][a-z0-9_-]{0,63}){0,3}$' } as never,
      minProperties: 1,
    })
    .describe('The commands by name. A name may be a path of up to four words: `user list`.'),
});
export type ChasquiFile = z.infer<typeof ChasquiFile>;

/** A file of either format, found right. */
export type BundleFile = { format: 'gort'; file: GortFile } | { format: 'chasqui'; file: ChasquiFile };
