import type { Facts } from '@chasqui/contracts';
import type { WrittenCommand } from './check-permissions.js';
import { error, type Finding, type Path } from './finding.js';
import { isRecord } from './is-record.js';

/** What reads templates tells of one that cannot be read; line and column from 1. */
interface TemplateFault {
  readonly code: string;
  readonly line: number;
  readonly column: number;
  readonly facts: Facts;
}

/** Reads one template: a fault, or anything else. The template language stands above this library, so who reads bundles brings it along. */
export type ReadTemplate = (text: string) => object;

/** Whether the templates of a bundle and its commands can be read. */
export function checkTemplates(
  file: Readonly<Record<string, unknown>>,
  commands: readonly WrittenCommand[],
  readTemplate: ReadTemplate,
): Finding[] {
  return [{ fields: file, path: [] }, ...commands].flatMap(({ fields, path }) =>
    Object.entries(isRecord(fields['templates']) ? fields['templates'] : {}).flatMap(([kind, text]) =>
      typeof text === 'string' ? checkTemplate(text, [...path, 'templates', kind], readTemplate) : [],
    ),
  );
}

/** The fault has the template fault's own facts, and its code as `fault`. */
function checkTemplate(text: string, path: Path, readTemplate: ReadTemplate): Finding[] {
  const read = readTemplate(text);
  if (!isFault(read)) return [];
  const before = text.split('\n').slice(0, read.line - 1);
  const inside = before.reduce((sum, line) => sum + line.length + 1, 0) + read.column - 1;
  return [error('bad-template', path, { ...read.facts, fault: read.code }, { inside })];
}

function isFault(read: object): read is TemplateFault {
  return 'code' in read && 'line' in read && 'column' in read && 'facts' in read;
}
