import { isRecord } from '../is-record.js';
import { carryArguments } from './carry-arguments.js';
import { CarriedOptions } from './carry-options.js';
import type { CarriedPermissions } from './carry-permissions.js';
import { carryRules } from './carry-rules.js';
import { carryExamples, longDescription } from './carry-texts.js';
import type { CogNote } from './cog-note.js';
import type { CogSource } from './cog-source.js';
import { argumentsIn, readCogRules } from './read-cog-rules.js';
import { mapOf, words, type Written, type WrittenMap } from './written-yaml.js';

const known =
  'executable rules description long_description examples arguments notes output subcommands env_vars options'.split(
    ' ',
  );

/** The bundle around a command: its names before and after. */
export interface Around {
  readonly oldBundle: string;
  readonly bundle: string;
  readonly hasImage: boolean;
  /** New names of all commands. */
  readonly commands: ReadonlySet<string>;
  readonly permissions: CarriedPermissions;
}

/** A command, or undefined where there is nothing to run. */
export function carryCommand(
  source: CogSource,
  oldName: string,
  name: string,
  around: Around,
): WrittenMap | undefined {
  const { oldBundle, bundle, hasImage, commands, permissions } = around;
  const program = isRecord(source.value) ? carryExecutable(source.child('executable'), hasImage) : undefined;
  if (!program) {
    source.noteKey('command-left-out', { command: oldName });
    return undefined;
  }
  source.noteUnknown(known);
  const options = new CarriedOptions(source.child('options'));
  const rules = readCogRules(source.child('rules'), `${oldBundle}:${oldName}`, (old) => options.has(old));
  const written = carryRules(source, rules, permissions, (old) => options.nameOf(old));
  const { written: positionals, notes } = carryArguments(source, options.names, argumentsIn(rules.rules));
  const examples = carryExamples(source.child('examples'), {
    bundle,
    oldBundle,
    command: name,
    oldCommand: oldName,
    commands,
    options: options.written(),
    positionals,
  });
  const unread =
    examples.unread === undefined ? [] : [source.child('examples').note('examples-kept-as-text')];
  const at = (key: string) => source.child(key).path;
  return mapOf(
    { key: 'description', value: source.child('description').text, from: at('description') },
    {
      key: 'long_description',
      value: longDescription(source, examples.unread),
      from: at('long_description'),
      notes: unread,
    },
    { key: 'calling', value: 'cog' },
    { key: 'input', value: 'each' },
    { key: 'executable', value: program.words, from: at('executable'), notes: program.notes },
    { key: 'env', value: carryEnv(source.child('env_vars')), from: at('env_vars') },
    { key: 'options', value: options.written(), from: at('options') },
    { key: 'positionals', value: positionals, from: at('arguments'), notes },
    { key: 'examples', value: examples.written, from: at('examples') },
    { key: 'rules', value: written, from: at('rules') },
  );
}

/** The variables that a command sets, as text. */
function carryEnv(source: CogSource): Written | undefined {
  const entries = source.entries.flatMap(([key, one]): WrittenMap['entries'][number][] => {
    const value = typeof one.value === 'string' ? one.value : (one.text ?? '');
    if (!isRightVariable(key)) one.noteKey('bad-variable', { name: key });
    else if (value.includes('\0')) one.note('nul-character', { name: key });
    else return [{ key, value, from: one.path }];
    return [];
  });
  return entries.length > 0 ? { kind: 'map', entries } : undefined;
}

/** Whether a bundle may set a variable of this name. */
export function isRightVariable(name: string): boolean {
  return /^[A-Za-z_][A-Za-z0-9_]{0,127}$/.test(name) && !/^(?:CHASQUI|GORT)_/i.test(name);
}

/** Cog never gave a program words, so the whole text is its path. */
function carryExecutable(
  source: CogSource,
  hasImage: boolean,
): { words?: Written; notes: CogNote[] } | undefined {
  const [program, ...more] = source.items.map((item) => item.text?.trim() ?? '');
  const all = [program ?? '', ...more];
  if (program === undefined || program === '' || all.some((word) => word.includes('\0')))
    return hasImage ? { notes: [source.note('no-executable')] } : undefined;
  if (program.startsWith('/')) return { words: words(all), notes: [] };
  return {
    words: words(['/usr/bin/env', ...all]),
    notes: [source.note('executable-searched', { executable: program })],
  };
}
