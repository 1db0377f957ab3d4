import { permissionsIn, printRule } from '@chasqui/access-rules';
import { error, warning, type Finding, type Path } from './finding.js';
import { readRule } from './read-rule.js';
import { suggestFew } from './suggest-few.js';

/** A command as it stands in the file, right or wrong. */
export interface WrittenCommand {
  readonly name: string;
  readonly fields: Readonly<Record<string, unknown>>;
  readonly path: Path;
}

/** Rules that say the same or speak of another command; permissions that are used and not declared, or declared and not used. */
export function checkPermissions(
  bundle: string,
  permissions: unknown,
  commands: readonly WrittenCommand[],
): Finding[] {
  const declared = textsIn(permissions).map(({ text, index }) => ({ full: `${bundle}:${text}`, index }));
  const names = new Set(declared.map(({ full }) => full));
  const used = new Set<string>();
  const inRules = commands.flatMap((command) => checkRules(bundle, command, names, used));
  const seen = new Set<string>();
  const inList = declared.flatMap(({ full, index }): Finding[] => {
    const path = ['permissions', index];
    if (seen.has(full)) return [warning('duplicate-permission', path, { permission: full })];
    seen.add(full);
    return used.has(full) ? [] : [warning('unused-permission', path, { permission: full })];
  });
  return [...inRules, ...inList];
}

function checkRules(
  bundle: string,
  { name, fields, path }: WrittenCommand,
  declared: ReadonlySet<string>,
  used: Set<string>,
): Finding[] {
  const command = `${bundle}:${name}`;
  const seen = new Set<string>();
  return textsIn(fields['rules']).flatMap(({ text, index }): Finding[] => {
    const rule = readRule(text);
    if (!rule) return [];
    const at = [...path, 'rules', index];
    const canonical = printRule(rule);
    const again = seen.has(canonical);
    seen.add(canonical);
    const named = rule.command;
    return [
      ...(again ? [warning('duplicate-rule', at, { rule: text })] : []),
      ...(named !== undefined && named !== command
        ? [error('rule-of-other-command', at, { named, command })]
        : []),
      ...permissionsIn(rule).flatMap((permission) => {
        used.add(permission);
        return declared.has(permission) || permission.startsWith('chasqui:')
          ? []
          : [undeclared(permission, bundle, declared, text, at)];
      }),
    ];
  });
}

function undeclared(
  permission: string,
  bundle: string,
  declared: ReadonlySet<string>,
  rule: string,
  path: Path,
): Finding {
  const place = { inside: Math.max(0, rule.indexOf(permission)) };
  if (!permission.startsWith(`${bundle}:`)) return warning('foreign-permission', path, { permission }, place);
  return error('undeclared-permission', path, { permission, ...suggestFew(permission, declared) }, place);
}

function textsIn(list: unknown): { text: string; index: number }[] {
  const items: unknown[] = Array.isArray(list) ? list : [];
  return items.flatMap((text, index) => (typeof text === 'string' ? [{ text, index }] : []));
}
