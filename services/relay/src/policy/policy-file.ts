import { readCapability } from '@chasqui/contracts';
import { duration } from '@chasqui/settings';
import { z } from 'zod';
import { readBytes } from '../read-bytes.js';
import { HoursInFile } from './hours.js';

/*
 * The policy file, each key once, with the sentence that editors and the guide show for it. Every key may be left out; what holds then is in
 * `policy.ts`.
 */

const bytes = z.union([z.string(), z.number()]).transform((text, context) => {
  const amount = readBytes(text);
  if (amount !== undefined) return amount;
  context.addIssue({ code: 'custom', message: `"${text}" is not an amount; write it like 512MiB` });
  return z.NEVER;
});

const Limits = z
  .strictObject({
    memory: bytes.describe('Like `512MiB`.'),
    cpus: z.number().positive().describe('Fractions allowed: 0.5 is half of one.'),
    pids: z.number().int().positive().describe('Processes and threads.'),
    timeout: duration.describe('How long it may run: `30s`, `10m`, `2h`.'),
    output: bytes.describe('How much of what it prints is kept.'),
  })
  .partial()
  .describe('The most that one execution may use. Whoever asks for more gets this much.');

const fileBytes = z
  .union([z.literal(false).transform(() => 0), bytes], 'is false, or an amount like 512KiB')
  .describe('`false`: none.');

const AllowedMount = z.strictObject({
  source: z
    .string()
    .regex(
      /^(\/(?!\.{1,2}(\/|$))[^/]+)+$/,
      'is not an absolute path, written without . or .. or a / at its end',
    )
    .describe('The folder.'),
  readOnly: z.boolean().describe('`true` where it is not said.').default(true),
});

const noNetwork =
  "is false or none, true or bridge, or the name of one of the engine's networks, which cannot be host";
const network = z
  .union(
    [z.boolean(), z.string().regex(/^(?!host$|default$)[A-Za-z0-9][A-Za-z0-9_.-]*$/, noNetwork)],
    noNetwork,
  )
  .transform((written) => (typeof written === 'string' ? written : written ? 'bridge' : 'none'));

const capability = z.string().transform((text, context) => {
  const name = readCapability(text);
  if (name !== undefined) return name;
  const message = `"${text}" is no capability; write one like NET_RAW, in capitals, and each by itself`;
  context.addIssue({ code: 'custom', message });
  return z.NEVER;
});

const names = z.array(z.string().min(1)).min(1);

/** What it takes to run a command of some effect. */
const Needed = z.union(
  [
    z.literal('never'),
    z
      .strictObject({
        groups: names.describe('The person is in one of these.').optional(),
        permissions: names.describe('The person holds all of these.').optional(),
      })
      .refine(({ groups, permissions }) => groups ?? permissions, 'names neither groups nor permissions'),
  ],
  'is never, or names groups or permissions: { groups: [oncall] }',
);

const noDigest = 'is no digest; write sha256: and 64 hexadecimal digits';
const noDigests = 'is any, pinned, or a list of digests like sha256:… with 64 hexadecimal digits';

const parts = {
  executables: z
    .array(
      z.string().regex(/^\/(?!.*\/\.{1,2}(\/|$))/, 'is not an absolute path, or a folder with /* behind it'),
    )
    .describe(
      "Programs that the process driver may start: absolute paths, or a folder's files: `/opt/ops/*`.",
    ),
  registries: z
    .array(
      z
        .string()
        .regex(
          /^[a-z0-9.*-]+(:\d+)?$/,
          'is no registry; write its host, like ghcr.io, and paths under images',
        ),
    )
    .describe(
      'Hosts that images may come from, `*` for any characters. An image that names none comes from `docker.io`.',
    ),
  images: z.array(z.string().min(1)).describe('Images that may run, `*` for any characters.'),
  digests: z
    .union(
      [z.enum(['any', 'pinned']), z.array(z.string().regex(/^sha256:[0-9a-f]{64}$/, noDigest)).min(1)],
      noDigests,
    )
    .describe(
      '`pinned`: only images that are named by their digest (`name@sha256:…`). A list: only these digests.',
    ),
  network: network.describe(
    "What a container is joined to whose bundle asks for network: nothing (`false`, `none`), the engine's own bridge (`true`, `bridge`), or a network of the engine by its name.",
  ),
  writableRoot: z
    .boolean()
    .describe('Whether a bundle that asks for a root file system it can write gets it.'),
  mounts: z
    .array(AllowedMount)
    .describe('Folders of this machine that a container may see where its bundle asks for exactly these.'),
  allowRoot: z.boolean().describe('Whether a container may run as root where its image says so.'),
  capabilities: z
    .array(capability)
    .describe(
      'Linux capabilities that a container may have where its bundle asks for them. Of use to root only.',
    ),
  warm: z
    .boolean()
    .describe(
      'Whether containers of commands that were run lately may be started ahead, to be used once each.',
    ),
  files: z
    .strictObject({
      in: fileBytes.describe('All files that go in with one command: `512KiB`, or `false` for none.'),
      out: fileBytes.describe('All files that are taken from one command: `2MiB`, or `false` for none.'),
    })
    .partial()
    .describe(
      'Files that people give to commands, and that commands leave. Without it what the bundle says.',
    ),
  limits: Limits,
  effects: z
    .strictObject({
      read: Needed.describe('What a command needs that only reads.'),
      idempotent: Needed.describe('What one needs that does the same again when it runs twice.'),
      write: Needed.describe('What any other needs, and one whose bundle does not say.'),
    })
    .partial()
    .describe("By what a command does, in its bundle's words: who may run it here. `never`: nobody."),
  hours: HoursInFile.describe(
    'When commands may start: a day (`sat`) or a range of days (`mon-fri`), with a span (`08:00-18:00`) or a list of spans.',
  ),
};

const command = z
  .string()
  .regex(/^[^:\s]+(:[^:]+)?$/, 'is neither a bundle nor bundle:command, with * for any characters');

/** What may be said for all commands, and otherwise for some. */
export const PolicyPart = z.strictObject(parts).partial();
export type PolicyPart = z.infer<typeof PolicyPart>;

export const PolicyFile = PolicyPart.extend({
  commands: z
    .strictObject({
      allow: z.array(command).describe('Only these run here.').optional(),
      deny: z.array(command).describe('These do not, whatever else is said.').optional(),
    })
    .describe(
      'Which commands run here: a bundle (`ops`) or one command (`ops:restart`), `*` for any characters.',
    )
    .optional(),
  overrides: z
    .record(command, PolicyPart)
    .describe(
      'What holds otherwise for some bundles or commands. What stands here takes the place of what stands above it, `limits` one by one; of several that fit, the later.',
    )
    .optional(),
});
export type PolicyFile = z.infer<typeof PolicyFile>;
