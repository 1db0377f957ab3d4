import type { Requirement, Selector } from './selector.js';

/** The one text for a selector: requirements sorted, each once. Two selectors that say the same in another order print alike. */
export function printSelector(selector: Selector): string {
  return [...new Set(selector.requirements.map(printRequirement))].toSorted().join(',');
}

export function printRequirement(requirement: Requirement): string {
  const { kind, key } = requirement;
  if (!('values' in requirement)) return kind === 'absent' ? `!${key}` : key;
  const values = [...new Set(requirement.values)].toSorted();
  if (values.length === 1) return `${key}${kind === 'in' ? '=' : '!='}${values[0]}`;
  return `${key} ${kind} (${values.join(',')})`;
}
