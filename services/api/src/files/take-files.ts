import type { CommandFile } from '@chasqui/bundles';
import { suggest } from '@chasqui/command-language';
import { fileLimits, refusal, type GivenFile, type Refusal } from '@chasqui/contracts';
import { fullNameOf } from '../commands/full-name.js';
import type { CommandStage, StoredPlan } from '../commands/plan.js';
import type { FileGiven } from './run-files.js';

/** Words of a line that a full load of files leaves room for in an order, in bytes. */
const roomForWords = 8 * 1024;

/** On several relays each order has them: so much may all of these carry together, in bytes. */
const inAllOrders = 64 * fileLimits.inBytes;

/**
 * Which of the files that came with a line its first command gets, by the names that it has for them: those that were said, and the others in the
 * order of the command. What somebody attached in a chat to a command that takes no files is passed over, for it may be there for people.
 */
export function takeFiles(
  { stages }: Pick<StoredPlan, 'stages'>,
  given: readonly GivenFile[],
  line: string,
): readonly FileGiven[] | Refusal {
  const [first] = stages;
  const later = stages
    .slice(1)
    .find((stage): stage is CommandStage => stage.kind === 'command' && needsFiles(stage));
  if (later) return refusal('files-in-a-pipeline', { command: fullNameOf(later) });
  if (first?.kind !== 'command')
    return given.some(({ as }) => as !== undefined) ? refusal('takes-no-files', {}) : [];
  const command = fullNameOf(first);
  const wanted = first.command.files?.in ?? [];
  if (wanted.length === 0)
    return given.some(({ as }) => as !== undefined) ? refusal('takes-no-files', { command }) : [];
  const named = assign(wanted, given, command);
  if (!(named instanceof Map)) return named;
  const missing = wanted.find(({ key, required }) => required && !named.has(key));
  if (missing)
    return refusal('file-missing', { command, file: missing.key, description: missing.description });
  const room = fileLimits.inBytes - 4 * Math.max(0, Buffer.byteLength(line) - roomForWords);
  const targets = first.each?.targets.length ?? 1;
  const most = Math.min(room, Math.floor(inAllOrders / targets));
  const bytes = [...named.values()].reduce((sum, one) => sum + sizeOf(one), 0);
  const faulty = [...named.values()].find(({ fault }) => fault !== undefined);
  if (bytes > most || faulty?.fault === 'too-large')
    return refusal('files-too-large', { command, bytes, most, ...(targets > 1 && { targets }) });
  if (faulty) return refusal('file-unreadable', { command, file: faulty.name });
  return [...named].map(([key, { base64 = '' }]) => ({ key, base64 }));
}

function needsFiles({ command }: CommandStage): boolean {
  return command.files?.in?.some(({ required }) => required) ?? false;
}

function assign(
  wanted: readonly CommandFile[],
  given: readonly GivenFile[],
  command: string,
): Map<string, GivenFile> | Refusal {
  const keys = wanted.map(({ key }) => key);
  const named = new Map<string, GivenFile>();
  for (const file of given) {
    const { as } = file;
    if (as === undefined) continue;
    if (!keys.includes(as))
      return refusal('no-such-file', { command, file: as, files: keys, suggestion: suggest(as, keys) });
    if (named.has(as)) return refusal('file-twice', { command, file: as });
    named.set(as, file);
  }
  const open = keys.filter((key) => !named.has(key));
  for (const file of given.filter(({ as }) => as === undefined)) {
    const key = open.shift();
    if (key === undefined) return refusal('too-many-files', { command, files: keys });
    named.set(key, file);
  }
  return named;
}

function sizeOf({ base64, bytes = 0 }: GivenFile): number {
  return base64 === undefined ? bytes : Buffer.byteLength(base64, 'base64');
}
