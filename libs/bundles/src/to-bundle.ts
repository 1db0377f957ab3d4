import { isRuleFault, parseRule, printRule, type Joining } from '@chasqui/access-rules';
import { readCapability, type Limits, type Mount } from '@chasqui/contracts';
import type { Bundle, Command, Deprecation, Effect } from './bundle.js';
import { configKey } from './check-config.js';
import { noRelayWait } from './checked-values.js';
import { commandFilesOf } from './command-files.js';
import { optionOf, positionalOf } from './check-declarations.js';
import { oldImage } from './cross-checks.js';
import { present } from './present.js';
import { readDuration, readSize } from './quantities.js';
import { readDeclaration } from './read-declaration.js';
import { readMount } from './read-mount.js';
import type { BundleFile, ChasquiFile, FileCommand, GortFile } from './schema.js';

/** A bundle from a file without faults. */
export function toBundle({ format, file }: BundleFile): Bundle {
  const image = format === 'gort' ? gortImage(file) : file.image;
  const commands = Object.entries(file.commands ?? {});
  return {
    format,
    name: file.name,
    version: file.version,
    description: file.description,
    ...present({
      longDescription: file.long_description,
      author: file.author,
      homepage: file.homepage,
      image,
      relay: format === 'chasqui' ? file.relay : undefined,
      templates: file.templates,
      license: format === 'chasqui' ? file.license : undefined,
      config:
        format === 'chasqui' && file.config
          ? Object.entries(file.config).map(([name, fields]) => configKey(name, fields))
          : undefined,
    }),
    permissions: [...new Set(file.permissions)].map((name) => `${file.name}:${name}`),
    commands:
      format === 'gort'
        ? commands.map(([name, command]) => gortCommand(name, command, image))
        : commands.map(([name, command]) => ourCommand(name, command, file)),
  };
}

/** Gort split an image at its first colon and so broke registries with a port; the whole text is kept here. */
function gortImage({ image, docker }: GortFile): string | undefined {
  return image ?? (docker && oldImage(docker));
}

type GortCommand = NonNullable<GortFile['commands']>[string];

/** Gort's commands have network and a writable root, because Gort gave them; the relay's policy has the last word. */
function gortCommand(name: string, command: GortCommand, image: string | undefined): Command {
  return {
    ...anyCommand(name, command, 'left-to-right'),
    ...present({ image }),
    network: true,
    writableRoot: true,
    effect: 'write',
    output: 'text',
    env: {},
  };
}

function ourCommand(name: string, command: FileCommand, file: ChasquiFile): Command {
  const timeout = command.timeout ?? file.timeout;
  const stopGrace = command['stop-grace'] ?? file['stop-grace'];
  const platform = command.platform ?? file.platform;
  return {
    ...anyCommand(name, command),
    ...taken(command),
    ...present({
      image: command.image ?? file.image,
      relay: command.relay,
      platforms: platform === undefined ? undefined : [platform].flat(),
      timeoutMs: timeout === undefined ? undefined : readDuration(timeout),
      stopGraceMs: stopGrace === undefined ? undefined : readDuration(stopGrace),
      limits: limitsOf({ ...file.limits, ...command.limits }),
      mounts: (command.mounts ?? file.mounts)?.map(mountOf),
      capabilities: (command.capabilities ?? file.capabilities)?.map((name) => readCapability(name)!),
      store: command.store ?? file.store,
      calling: command.calling ?? file.calling,
      retries: retriesIn(command, file),
      noRelayWaitMs: noRelayIn(command, file),
      concurrency: command.concurrency,
      lock: command.lock,
    }),
    network: command.network ?? file.network ?? false,
    writableRoot: command['writable-root'] ?? file['writable-root'] ?? false,
    effect: effectIn(command, file),
    output: command.output ?? 'text',
    env: { ...file.env, ...command.env },
  };
}

function effectIn(command: FileCommand, file: ChasquiFile): Effect {
  return command.effect ?? file.effect ?? 'write';
}

/** What a bundle says of all its commands is not meant for those that are never tried again. */
function retriesIn(command: FileCommand, file: ChasquiFile): number | undefined {
  return effectIn(command, file) === 'write' ? undefined : (command.retries ?? file.retries);
}

function noRelayIn(command: FileCommand, file: ChasquiFile): number | undefined {
  const wait = noRelayWait(command['no-relay'] ?? file['no-relay'] ?? 'refuse');
  return wait === 'bad' ? undefined : wait;
}

/** What it takes and gives, and what people are told of that. */
function taken(command: FileCommand) {
  const { options, positionals, args, examples, deprecated } = command;
  return present({
    options:
      options &&
      Object.entries(options).map(([name, fields]) =>
        optionOf(readDeclaration(name, fields, []).declaration, fields),
      ),
    positionals: positionals?.map((fields) =>
      positionalOf(readDeclaration(fields.name, fields, []).declaration, fields),
    ),
    args,
    examples: examples?.map((example) => (typeof example === 'string' ? { line: example } : example)),
    input: command.input,
    files: command.files && commandFilesOf(command.files),
    onError: command['on-error'],
    outputSchema: command['output-schema'],
    deprecated: deprecated === true ? ({} satisfies Deprecation) : deprecated || undefined,
  });
}

function mountOf(mount: NonNullable<FileCommand['mounts']>[number]): Mount {
  if (typeof mount === 'string') return readMount(mount)!;
  return { source: mount.source, target: mount.target, readOnly: mount['read-only'] ?? true };
}

function anyCommand(name: string, command: GortCommand, joining: Joining = 'and-first') {
  return {
    name,
    description: command.description ?? '',
    executable: command.executable ?? [],
    rules: [...new Set((command.rules ?? []).map((text) => canonical(text, joining)))],
    ...present({
      longDescription: command.long_description,
      triggers: command.triggers,
      templates: command.templates,
    }),
  };
}

/** The rule with every parenthesis that it means, so that it is read alike ever after. */
function canonical(text: string, joining: Joining): string {
  const rule = parseRule(text, joining);
  return isRuleFault(rule) ? text : printRule(rule);
}

function limitsOf(limits: NonNullable<ChasquiFile['limits']>): Partial<Limits> | undefined {
  const read = present({
    memoryBytes: limits.memory === undefined ? undefined : readSize(limits.memory),
    cpus: limits.cpus,
    pids: limits.pids,
    outputBytes: limits.output === undefined ? undefined : readSize(limits.output),
  });
  return Object.keys(read).length > 0 ? read : undefined;
}
