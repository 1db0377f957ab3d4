import { patternFault } from '@chasqui/patterns';
import { checkArgs } from './check-args.js';
import { checkConfig, checkVariable } from './check-config.js';
import { checkDeclarations } from './check-declarations.js';
import { checkDeprecation } from './check-deprecation.js';
import { checkExamples } from './check-examples.js';
import { checkLock } from './check-lock.js';
import { checkFiles } from './check-files.js';
import { checkPermissions, type WrittenCommand } from './check-permissions.js';
import { checkRetries } from './check-retries.js';
import { checkRules } from './check-rules.js';
import { checkTemplates, type ReadTemplate } from './check-templates.js';
import { error, warning, type Finding, type Path } from './finding.js';
import { isRecord } from './is-record.js';
import { isCommandName } from './names.js';
import { checkOutputSchema } from './output-schema.js';
import type { Format } from './read-format.js';
import { looseVersion, strictVersion } from './versions.js';
import { wordOf } from './word-of.js';

type Fields = Readonly<Record<string, unknown>>;

/**
 * What takes more than one value to see. It reads the file as it is, right or wrong, and passes over what has no business being there:
 * the schema tells that, and a fault there must hide none here.
 */
export function crossCheck(format: Format, file: Fields, readTemplate?: ReadTemplate): Finding[] {
  const commands = Object.entries(recordOf(file['commands'])).flatMap(([name, fields]): WrittenCommand[] =>
    isRecord(fields) ? [{ name, fields, path: ['commands', name] }] : [],
  );
  const names = new Set(commands.map(({ name }) => name));
  const bundle = wordOf(file['name']);
  return [
    ...checkNames(format, file),
    ...checkVariables(file['env'], ['env']),
    ...checkConfig(file['config'], file['env'], ['config']),
    ...(format === 'gort' ? checkGort(file, commands) : []),
    ...commands.flatMap((command) => [
      ...checkCommand(format, file, command),
      ...(format === 'chasqui' ? checkDeclared(bundle, command, names) : []),
    ]),
    ...(format === 'chasqui' ? checkRetries(file, commands) : []),
    ...checkPermissions(bundle, file['permissions'], commands),
    ...(readTemplate && format === 'chasqui' ? checkTemplates(file, commands, readTemplate) : []),
  ];
}

/** What only our format has: what a command takes and gives. */
function checkDeclared(bundle: string, command: WrittenCommand, names: ReadonlySet<string>): Finding[] {
  const { fields, path } = command;
  const { declared, findings } = checkDeclarations(command);
  const useless = fields['on-error'] !== undefined && ['none', 'all'].includes(wordOf(fields['input']));
  return [
    ...findings,
    ...checkArgs(command, declared),
    ...checkLock(command, declared),
    ...checkRules(command, declared),
    ...checkExamples(bundle, command, declared, names),
    ...checkDeprecation(bundle, command, names),
    ...checkFiles(command),
    ...checkOutputSchema(fields['output-schema'], [...path, 'output-schema']),
    ...(useless
      ? [warning('on-error-unused', [...path, 'on-error'], { input: wordOf(fields['input']) }, { at: 'key' })]
      : []),
  ];
}

function checkNames(format: Format, file: Fields): Finding[] {
  const form = format === 'gort' ? 'loose' : 'strict';
  const commands = file['commands'] ?? (format === 'gort' ? {} : undefined);
  if (!isRecord(commands)) return [];
  const names = Object.keys(commands);
  if (names.length === 0) return [faultOfOurs(format)('no-commands', ['commands'])];
  return names
    .filter((name) => !isCommandName(name, form))
    .map((name) => error('bad-name', ['commands', name], { what: 'command', name, form }, { at: 'key' }));
}

/** Gort takes without a word what we refuse: a Gort file keeps working, and its author is told. */
function faultOfOurs(format: Format): typeof error {
  return format === 'gort' ? warning : error;
}

function checkGort(file: Fields, commands: readonly WrittenCommand[]): Finding[] {
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
    ...commands.flatMap(checkTriggers),
  ];
}

/** Triggers that Gort would answer every message with an error for: it compiles them only then. */
function checkTriggers({ fields, path }: WrittenCommand): Finding[] {
  const triggers: readonly unknown[] = Array.isArray(fields['triggers']) ? fields['triggers'] : [];
  return triggers.flatMap((trigger, index): Finding[] => {
    const pattern = isRecord(trigger) ? trigger['match'] : undefined;
    const detail = typeof pattern === 'string' ? patternFault(pattern) : undefined;
    const at = [...path, 'triggers', index, 'match'];
    return detail === undefined ? [] : [warning('bad-pattern', at, { pattern, detail })];
  });
}

/** The image of the old form `docker: {image, tag}`, in one word. */
export function oldImage({ image, tag }: Fields): string {
  return typeof tag === 'string' ? `${wordOf(image)}:${tag}` : wordOf(image);
}

function checkCommand(format: Format, file: Fields, { name, fields, path }: WrittenCommand): Finding[] {
  const { description, rules, executable, env, mounts, capabilities } = fields;
  const image = fields['image'] ?? file['image'] ?? file['docker'];
  const noRules = rules === undefined || (Array.isArray(rules) && rules.length === 0);
  return [
    ...(format === 'chasqui' && !description
      ? [warning('no-description', path, { command: name }, { at: 'key' })]
      : []),
    ...(noRules ? [faultOfOurs(format)('no-rules', [...path, 'rules'], { command: name })] : []),
    ...checkExecutable(executable, image !== undefined, name, [...path, 'executable']),
    ...checkVariables(env, [...path, 'env'], recordOf(file['config'])),
    ...(mounts !== undefined && image === undefined
      ? [warning('mounts-without-image', [...path, 'mounts'], { command: name }, { at: 'key' })]
      : []),
    ...(capabilities !== undefined && image === undefined
      ? [warning('capabilities-without-image', [...path, 'capabilities'], { command: name }, { at: 'key' })]
      : []),
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

function checkVariables(env: unknown, path: Path, config: Fields = {}): Finding[] {
  return Object.keys(recordOf(env)).flatMap((name) => [
    ...checkVariable(name, [...path, name]),
    ...(Object.hasOwn(config, name)
      ? [error('config-and-env', [...path, name], { name }, { at: 'key' })]
      : []),
  ]);
}

function recordOf(value: unknown): Record<string, unknown> {
  return isRecord(value) ? value : {};
}
