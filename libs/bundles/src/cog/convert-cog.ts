import type { ReadTemplate } from '../check-templates.js';
import { isReserved } from '../names.js';
import { readBundle } from '../read-bundle.js';
import { strictVersion } from '../versions.js';
import { carryCommand, isRightVariable } from './carry-command.js';
import { carryConfig, carryImage } from './carry-image.js';
import { CarriedPermissions } from './carry-permissions.js';
import { carryTemplates } from './carry-templates.js';
import type { CogFault, CogNote } from './cog-note.js';
import type { CogSource } from './cog-source.js';
import { asName, NewNames } from './new-names.js';
import { readCogFile, type CogFile } from './read-cog-file.js';
import { sourceComments } from './source-comments.js';
import { mapOf, writeYaml, type Written, type WrittenMap } from './written-yaml.js';

/** What stands above this library, so who converts brings it along. */
export interface ConvertWith {
  /** Templates that it cannot read are left out. */
  readonly readTemplate?: ReadTemplate;
  /** The sentence about a note, for the comments in the file. Without it there are none but the author's own. */
  readonly sentence?: (note: CogNote) => string;
}

export interface ConvertedCog {
  /** The bundle in our format; there, unless there are faults. `readBundle` finds no error in it. */
  readonly yaml?: string;
  /** What could not be carried over as it was, in the order of the Cog file. */
  readonly notes: readonly CogNote[];
  readonly faults: readonly CogFault[];
}

/** Turns a bundle file of Cog's (format 3, 4 or 5) into one of ours. Never throws, whatever the text. Never grants more than Cog did. */
export function convertCog(text: string, { readTemplate, sentence }: ConvertWith = {}): ConvertedCog {
  const file = readCogFile(text);
  if (!('root' in file)) return { notes: [], faults: file };
  const top = carryBundle(file, readTemplate);
  const notes = file.notes.toSorted((a, b) => a.line - b.line || a.column - b.column);
  if ('code' in top) return { notes, faults: [top] };
  const yaml = writeYaml(top, sourceComments(text), sentence ?? (() => ''));
  const wrong = readBundle(yaml).faults.find(({ severity }) => severity === 'error');
  if (wrong)
    return {
      notes,
      faults: [file.faultAt([], 'not-readable', { detail: wrong.code, pointer: wrong.pointer })],
    };
  return { yaml, notes, faults: [] };
}

const known =
  'cog_bundle_version name version description long_description author homepage permissions docker config templates commands'.split(
    ' ',
  );

function carryBundle(
  { root, faultAt }: CogFile,
  readTemplate: ReadTemplate | undefined,
): WrittenMap | CogFault {
  root.noteUnknown(known);
  const at = (key: string) => root.child(key);
  const oldBundle = at('name').text ?? '';
  const bundle = bundleName(oldBundle);
  const renamed =
    bundle === oldBundle ? [] : [at('name').note('renamed', { what: 'bundle', from: oldBundle, to: bundle })];
  const image = carryImage(root);
  if (image.badImage !== undefined) return faultAt(at('docker').path, 'bad-image', { image: image.badImage });
  const permissions = new CarriedPermissions(oldBundle, bundle, at('permissions'));
  const hasImage = image.image !== undefined;
  const commands = carryCommands(at('commands'), { oldBundle, bundle, hasImage, permissions });
  if (commands.entries.length === 0) return faultAt(at('commands').path, 'nothing-left');
  const fixed = new Set(
    at('commands').entries.flatMap(([, one]) => one.child('env_vars').entries.map(([key]) => key)),
  );
  const config = carryConfig(at('config'), fixed, isRightVariable);
  const version = versionOf(at('version'));
  const description = at('description');
  return mapOf(
    { key: 'chasqui_bundle_version', value: 1, from: at('cog_bundle_version').path },
    { key: 'name', value: bundle, from: at('name').path, notes: renamed },
    { key: 'version', value: version.text, from: at('version').path, notes: version.notes },
    {
      key: 'description',
      value: description.text ?? oldBundle.trim().concat(' (from Cog)').trim(),
      from: description.path,
      notes: description.text === undefined ? [root.note('no-description')] : [],
    },
    ...['long_description', 'author', 'homepage'].map((key) => ({
      key,
      value: at(key).text,
      from: at(key).path,
    })),
    ...image.entries,
    { key: 'permissions', value: permissions.written(), from: at('permissions').path },
    {
      key: 'config',
      value: config.written,
      from: at('config').path,
      notes: config.notes,
      remark: config.remark,
    },
    ...carryTemplates(at('templates'), readTemplate),
    { key: 'commands', value: commands, from: at('commands').path },
  );
}

function carryCommands(
  source: CogSource,
  bundle: Omit<Parameters<typeof carryCommand>[3], 'commands'>,
): Extract<Written, { kind: 'map' }> {
  const names = new NewNames();
  const named = source.entries.map(([old, command]) => ({ old, command, name: names.take(old) }));
  const around = { ...bundle, commands: new Set(named.map(({ name }) => name)) };
  const dashed = named.map(({ old }) => old).filter((old) => /\w-\w/.test(old));
  if (dashed.length > 0) source.noteKey('git-style-names', { commands: dashed.slice(0, 20) });
  const entries = named.flatMap(({ old, command, name }) => {
    const notes = name === old ? [] : [command.noteKey('renamed', { what: 'command', from: old, to: name })];
    const value = carryCommand(command, old, name, around);
    return value ? [{ key: name, value, from: command.path, notes }] : [];
  });
  return { kind: 'map', entries };
}

function bundleName(old: string): string {
  const name = asName(old);
  return isReserved(name) ? `${name}-bundle` : name;
}

/** Cog's versions had two or three numbers. */
function versionOf(source: CogSource): { text: string; notes: readonly CogNote[] } {
  const said = source.text?.trim() ?? '';
  if (strictVersion(said)) return { text: said, notes: [] };
  const numbers = /^\d{1,9}\.\d{1,9}(?:\.\d{1,9})?$/.test(said) ? said.split('.').map(Number) : [];
  if (numbers.length > 0) return { text: [...numbers, 0].slice(0, 3).join('.'), notes: [] };
  return { text: '0.0.1', notes: [source.note('no-version', { version: said })] };
}
