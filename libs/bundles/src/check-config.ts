import type { ConfigKey } from './bundle.js';
import { FileConfigKey } from './declaration-schema.js';
import { error, type Finding, type Path } from './finding.js';
import { isRecord } from './is-record.js';
import { isOwnVariable, isVariable } from './names.js';
import { readDeclaration } from './read-declaration.js';

/** Names, types and defaults of what can be configured; and that no `env` sets the same variable. */
export function checkConfig(config: unknown, env: unknown, path: Path): Finding[] {
  const fixed = isRecord(env) ? env : {};
  return Object.entries(isRecord(config) ? config : {}).flatMap(([name, fields]): Finding[] => {
    const at = [...path, name];
    const parsed = FileConfigKey.safeParse(fields);
    return [
      ...checkVariable(name, at),
      ...(Object.hasOwn(fixed, name) ? [error('config-and-env', at, { name }, { at: 'key' })] : []),
      ...(parsed.success ? readDeclaration(name, parsed.data, at).findings : []),
    ];
  });
}

/** Whether a variable of this name may be set by a bundle. */
export function checkVariable(name: string, path: Path): Finding[] {
  if (!isVariable(name)) return [error('bad-env-name', path, { name }, { at: 'key' })];
  return isOwnVariable(name) ? [error('reserved-env-name', path, { name }, { at: 'key' })] : [];
}

/** A key without faults. */
export function configKey(name: string, fields: FileConfigKey): ConfigKey {
  return readDeclaration(name, fields, []).declaration as ConfigKey;
}
