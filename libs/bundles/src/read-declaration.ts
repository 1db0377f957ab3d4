import type { ItemType, ValueDeclaration, ValueType } from '@chasqui/command-language';
import type { Facts } from '@chasqui/contracts';
import type { FileOption } from './declaration-schema.js';
import type { FaultCode } from './fault.js';
import { error, type Finding, type Path } from './finding.js';
import { present } from './present.js';
import { readBound, readEach, readTyped } from './typed-value.js';

/** An option, a positional or a configuration key, as it stands in a file. */
type Fields = Omit<FileOption, 'short'> & { readonly variadic?: boolean };

/** What a value's declaration says, and where its keys do not fit together. */
export function readDeclaration(
  name: string,
  fields: Fields,
  path: Path,
): { readonly declaration: ValueDeclaration; readonly findings: readonly Finding[] } {
  const { type = 'string', of, values, description, required, pattern, secret } = fields;
  const findings: Finding[] = [];
  const note = (key: string, code: FaultCode, facts: Facts = {}) =>
    findings.push(error(code, [...path, key], { name, type, ...facts }));

  for (const key of misplacedKeys(type, of, fields)) note(key, 'misplaced-key', { key });
  if ((of ?? type) === 'enum' && !values?.length) note('values', 'no-values');

  const declaration = {
    name,
    type,
    ...present({ of, values, description, pattern, min: bound('min'), max: bound('max') }),
    ...(required && { required }),
    ...(secret && { secret }),
  };
  const { min, max } = declaration;
  if (min !== undefined && max !== undefined && min > max)
    note('max', 'bad-bound', { key: 'max', least: min });
  return { declaration: { ...declaration, ...present({ default: defaultValue() }) }, findings };

  function bound(key: 'min' | 'max'): number | undefined {
    const typed = fields[key];
    if (typed === undefined) return undefined;
    const read = readBound(type, typed);
    if (read === undefined) note(key, 'bad-bound', { key, value: typed });
    return read;
  }

  function defaultValue(): ValueDeclaration['default'] {
    const typed = fields.default;
    if (typed === undefined) return undefined;
    if (required) note('default', 'required-default');
    if (secret) note('default', 'secret-default');
    const read = fields.variadic ? readEach(declaration, typed) : readTyped(declaration, typed);
    if ('value' in read) return read.value;
    note('default', 'bad-default', { value: [typed].flat().join(','), ...read });
    return undefined;
  }
}

/** Keys that say nothing about a value of this type. */
function misplacedKeys(type: ValueType, of: ItemType | undefined, fields: Fields): string[] {
  const kind = of ?? (type === 'list' ? 'string' : type);
  const isUnsized = ['bool', 'enum', 'user', 'channel'].includes(type);
  const misplaced: Readonly<Record<string, boolean>> = {
    of: type !== 'list',
    values: kind !== 'enum',
    pattern: kind !== 'string' && kind !== 'enum',
    min: isUnsized,
    max: isUnsized,
  };
  return Object.keys(misplaced).filter((key) => misplaced[key] && Object.hasOwn(fields, key));
}
