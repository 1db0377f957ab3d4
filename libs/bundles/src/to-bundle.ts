import { isRuleFault, parseRule, printRule } from '@chasqui/access-rules';
import type { Limits } from '@chasqui/contracts';
import type { Bundle, Command } from './bundle.js';
import { oldImage } from './cross-checks.js';
import { readDuration, readSize } from './quantities.js';
import type { BundleFile, ChasquiFile, GortFile } from './schema.js';

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

type FileCommand = NonNullable<GortFile['commands']>[string];

/** Gort's commands have network and a writable root, because Gort gave them; the relay's policy has the last word. */
function gortCommand(name: string, command: FileCommand, image: string | undefined): Command {
  return {
    ...anyCommand(name, command),
    ...present({ image }),
    network: true,
    writableRoot: true,
    effect: 'write',
    env: {},
  };
}

function ourCommand(name: string, command: ChasquiFile['commands'][string], file: ChasquiFile): Command {
  const timeout = command.timeout ?? file.timeout;
  return {
    ...anyCommand(name, command),
    ...present({
      image: command.image ?? file.image,
      relay: command.relay,
      timeoutMs: timeout === undefined ? undefined : readDuration(timeout),
      limits: limitsOf({ ...file.limits, ...command.limits }),
    }),
    network: command.network ?? file.network ?? false,
    writableRoot: command['writable-root'] ?? file['writable-root'] ?? false,
    effect: command.effect ?? file.effect ?? 'write',
    env: { ...file.env, ...command.env },
  };
}

function anyCommand(name: string, command: FileCommand) {
  return {
    name,
    description: command.description ?? '',
    executable: command.executable ?? [],
    rules: [...new Set((command.rules ?? []).map(canonical))],
    ...present({
      longDescription: command.long_description,
      triggers: command.triggers,
      templates: command.templates,
    }),
  };
}

function canonical(text: string): string {
  const rule = parseRule(text);
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

/** Without what is undefined. */
function present<T extends object>(fields: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as never;
}
