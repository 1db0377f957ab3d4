import { checkText } from './check-args.js';
import type { Declared } from './check-declarations.js';
import type { WrittenCommand } from './check-permissions.js';
import { error, type Finding } from './finding.js';

/** Whether every value that the name of a lock is made of is declared, always there, and no secret: operators see who holds what. */
export function checkLock({ fields, path }: WrittenCommand, declared: Declared | undefined): Finding[] {
  const lock = fields['lock'];
  if (typeof lock !== 'string') return [];
  const at = [...path, 'lock'];
  const findings = checkText(lock, at, declared?.names ?? new Set());
  if (findings.length > 0 || !declared) return findings;
  const values = new Map([...declared.positionals, ...declared.options].map((value) => [value.name, value]));
  return [...lock.matchAll(/\$\{([^}]*)\}/g)].flatMap(({ 1: name, index }): Finding[] => {
    const value = values.get(name!);
    if (!value) return [];
    const inside = { inside: index + 2 };
    if (value.secret) return [error('lock-secret', at, { name }, inside)];
    if (value.required || value.default !== undefined) return [];
    return [error('lock-without-value', at, { name }, inside)];
  });
}
