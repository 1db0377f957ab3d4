import type { WrittenCommand } from './check-permissions.js';
import { error, type Finding, type Path } from './finding.js';
import { wordOf } from './word-of.js';

type Fields = Readonly<Record<string, unknown>>;

/**
 * Whether something that is never tried again says how often it is. What a bundle says for all of its commands is a fault only where it is meant for
 * none of them.
 */
export function checkRetries(file: Fields, commands: readonly WrittenCommand[]): Finding[] {
  const writes = ({ fields }: WrittenCommand) =>
    wordOf(fields['effect'] ?? file['effect'] ?? 'write') === 'write';
  return [
    ...(isAsked(file) && commands.length > 0 && commands.every(writes) ? [fault(['retries'])] : []),
    ...commands
      .filter((command) => isAsked(command.fields) && writes(command))
      .map(({ name, path }) => fault([...path, 'retries'], name)),
  ];
}

function isAsked({ retries }: Fields): boolean {
  return typeof retries === 'number' && retries > 0;
}

function fault(path: Path, command?: string): Finding {
  return error('retries-of-write', path, command === undefined ? {} : { command }, { at: 'key' });
}
