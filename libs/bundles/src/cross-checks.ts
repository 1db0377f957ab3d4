import { checkPermissions, type WrittenCommand } from './check-permissions.js';
import { error, warning, type Finding, type Path } from './finding.js';
import { isRecord } from './is-record.js';
import { isName, isVariable } from './names.js';
import type { Format } from './read-format.js';
import { looseVersion, strictVersion } from './versions.js';
import { wordOf } from './word-of.js';

type Fields = Readonly<Record<string, unknown>>;

/**
 * What takes more than one value to see. It reads the file as it is, right or wrong, and passes over what has no business being there:
 * the schema tells that, and a fault there must hide none here.
 */
export function crossCheck(format: Format, file: Fields): Finding[] {
  const commands = Object.entries(recordOf(file['commands'])).flatMap(([name, fields]): WrittenCommand[] =>
    isRecord(fields) ? [{ name, fields, path: ['commands', name] }] : [],
  );
  return [
    ...checkNames(format, file),
    ...checkVariables(file['env'], ['env']),
    ...(format === 'gort' ? checkGort(file) : []),
    ...commands.flatMap((command) => checkCommand(format, file, command)),
    ...checkPermissions(wordOf(file['name']), file['permissions'], commands),
  ];
}

function checkNames(format: Format, file: Fields): Finding[] {
  const form = format === 'gort' ? 'loose' : 'strict';
  const commands = file['commands'] ?? (format === 'gort' ? {} : undefined);
  if (!isRecord(commands)) return [];
  const names = Object.keys(commands);
  if (names.length === 0) return [faultOfOurs(format)('no-commands', ['commands'])];
  return names
    .filter((name) => !isName(name, form))
    .map((name) => error('bad-name', ['commands', name], { what: 'command', name, form }, { at: 'key' }));
}

/** Gort takes without a word what we refuse: a Gort file keeps working, and its author is told. */
function faultOfOurs(format: Format): typeof error {
  return format === 'gort' ? warning : error;
}

function checkGort(file: Fields): Finding[] {
  const { version, image, docker } = file;
  const like = typeof version === 'string' && !strictVersion(version) ? looseVersion(version) : undefined;
  return [
    ...(like ? [warning('loose-version', ['version'], { version, like })] : []),
    ...['kubernetes', 'enabled', 'installedby']
      .filter((key) => Object.hasOwn(file, key))
      .map((key) => warning('ignored-key', [key], { key }, { at: 'key' })),
    ...(isRecord(docker)
      ? [
          warning('old-docker', ['docker'], image === undefined ? { image: oldImage(docker) } : {}, {
            at: 'key',
          }),
        ]
      : []),
  ];
}

/** The image of the old form `docker: {image, tag}`, in one word. */
export function oldImage({ image, tag }: Fields): string {
  return typeof tag === 'string' ? `${wordOf(image)}:${tag}` : wordOf(image);
}

function checkCommand(format: Format, file: Fields, { name, fields, path }: WrittenCommand): Finding[] {
  const { description, rules, executable, env } = fields;
  const image = fields['image'] ?? file['image'] ?? file['docker'];
  const noRules = rules === undefined || (Array.isArray(rules) && rules.length === 0);
  return [
    ...(format === 'chasqui' && !description
      ? [warning('no-description', path, { command: name }, { at: 'key' })]
      : []),
    ...(noRules ? [faultOfOurs(format)('no-rules', [...path, 'rules'], { command: name })] : []),
    ...checkExecutable(executable, image !== undefined, name, [...path, 'executable']),
    ...checkVariables(env, [...path, 'env']),
  ];
}

function checkExecutable(
  executable: unknown = [],
  hasImage: boolean,
  command: string,
  path: Path,
): Finding[] {
  if (!Array.isArray(executable)) return [];
  const program: unknown = executable[0];
  if (program === undefined) return hasImage ? [] : [error('nothing-to-run', path, { command })];
  if (program === '') return [error('empty-text', [...path, 0], { key: 'executable[0]' })];
  if (hasImage || typeof program !== 'string' || program.startsWith('/')) return [];
  return [error('executable-not-absolute', [...path, 0], { executable: program })];
}

function checkVariables(env: unknown, path: Path): Finding[] {
  return Object.keys(recordOf(env)).flatMap((name) => {
    if (!isVariable(name)) return [error('bad-env-name', [...path, name], { name }, { at: 'key' })];
    const reserved = /^(?:CHASQUI|GORT)_/i.test(name);
    return reserved ? [error('reserved-env-name', [...path, name], { name }, { at: 'key' })] : [];
  });
}

function recordOf(value: unknown): Record<string, unknown> {
  return isRecord(value) ? value : {};
}
