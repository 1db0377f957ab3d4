import type { Declared } from './check-declarations.js';
import type { WrittenCommand } from './check-permissions.js';
import { error, type Finding, type Path } from './finding.js';
import { isRecord } from './is-record.js';
import { longestText } from './read-rule.js';
import { suggestFew } from './suggest-few.js';

/** Whether what templates of `args` name is declared. */
export function checkArgs({ name, fields, path }: WrittenCommand, declared: Declared | undefined): Finding[] {
  const templates: unknown = fields['args'];
  if (!Array.isArray(templates)) return [];
  const at = [...path, 'args'];
  if (!declared) return [error('args-undeclared', at, { command: name }, { at: 'key' })];
  return (templates as readonly unknown[]).flatMap((template, index) => {
    if (typeof template === 'string') return checkText(template, [...at, index], declared.names);
    if (!isRecord(template)) return [];
    const { when, args } = template;
    const texts: readonly unknown[] = Array.isArray(args) ? args : [];
    return [
      ...(typeof when === 'string' ? checkName(when, [...at, index, 'when'], declared.names) : []),
      ...texts.flatMap((text, inner) =>
        typeof text === 'string' ? checkText(text, [...at, index, 'args', inner], declared.names) : [],
      ),
    ];
  });
}

/** `${name}` anywhere in a text; a `${` without its `}` is a slip of the finger. */
export function checkText(text: string, path: Path, names: ReadonlySet<string>): Finding[] {
  if (text.length > longestText) return [];
  return [...text.matchAll(/\$\{([^}]*)(\}?)/g)].flatMap((match) => {
    const { 1: name, 2: end, index: inside } = match;
    if (end === '') return [error('open-template', path, { template: text }, { inside })];
    return checkName(name!, path, names, inside + 2);
  });
}

function checkName(name: string, path: Path, names: ReadonlySet<string>, inside?: number): Finding[] {
  if (names.has(name)) return [];
  const facts = { name, ...suggestFew(name, names) };
  return [error('unknown-value', path, facts, inside === undefined ? undefined : { inside })];
}
