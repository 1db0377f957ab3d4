import type { WrittenCommand } from './check-permissions.js';
import { error, warning, type Finding } from './finding.js';
import { isRecord } from './is-record.js';
import { suggestFew } from './suggest-few.js';

/** Whether a deprecated command tells people what to use instead, and whether that is there. */
export function checkDeprecation(
  bundle: string,
  { name, fields, path }: WrittenCommand,
  commands: ReadonlySet<string>,
): Finding[] {
  const { deprecated } = fields;
  const at = [...path, 'deprecated'];
  if (deprecated !== true && !isRecord(deprecated)) return [];
  const { successor, message } = isRecord(deprecated) ? deprecated : {};
  if (typeof successor !== 'string')
    return message === undefined ? [warning('no-successor', at, { command: name }, { at: 'key' })] : [];
  const [owner, ...rest] = successor.split(':');
  const command = rest.join(':');
  if (owner !== bundle || (commands.has(command) && command !== name)) return [];
  const { suggestion } = command === name ? {} : suggestFew(command, commands);
  const facts = { successor, ...(suggestion && { suggestion: `${bundle}:${suggestion}` }) };
  return [error('unknown-successor', [...at, 'successor'], facts)];
}
