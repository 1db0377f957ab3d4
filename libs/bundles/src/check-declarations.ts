import type { OptionDeclaration, PositionalDeclaration } from '@chasqui/command-language';
import { FileOption, FilePositional } from './declaration-schema.js';
import type { WrittenCommand } from './check-permissions.js';
import { error, warning, type Finding, type Path } from './finding.js';
import { isRecord } from './is-record.js';
import { isName, isOwnWhereUndeclared, isReservedOption } from './names.js';
import { readDeclaration } from './read-declaration.js';

/** What a command declares to take, as far as it can be read. */
export interface Declared {
  readonly options: readonly OptionDeclaration[];
  readonly positionals: readonly PositionalDeclaration[];
  /** Names of all of them, also of those that cannot be read. */
  readonly names: ReadonlySet<string>;
  readonly optionNames: ReadonlySet<string>;
  readonly optionByName: ReadonlyMap<string, OptionDeclaration>;
  /** Whether nothing was left out. */
  readonly whole: boolean;
}

/** Names, order and types of what a command takes. `declared` is there if the command declares anything. */
export function checkDeclarations({ fields, path }: WrittenCommand): {
  readonly declared?: Declared;
  readonly findings: readonly Finding[];
} {
  const { options, positionals } = fields;
  if (options === undefined && positionals === undefined) return { findings: [] };
  const readOptions = isRecord(options) ? readAll(Object.entries(options), [...path, 'options']) : nothing;
  const readPositionals = Array.isArray(positionals)
    ? readList(positionals as readonly unknown[], [...path, 'positionals'])
    : nothing;
  const findings = [
    ...readOptions.findings,
    ...readPositionals.findings,
    ...checkShorts(options, [...path, 'options']),
    ...checkNames(readOptions.names, readPositionals.names, [...path, 'positionals']),
    ...(readPositionals.whole ? checkOrder(readPositionals.read, [...path, 'positionals']) : []),
  ];
  return {
    declared: {
      options: readOptions.read,
      positionals: readPositionals.read,
      names: new Set([...readOptions.names, ...readPositionals.names.filter((name) => name !== '')]),
      optionNames: new Set(readOptions.names),
      optionByName: new Map(readOptions.read.map((option) => [option.name, option])),
      whole: findings.length === 0 && readOptions.whole && readPositionals.whole,
    },
    findings,
  };
}

interface Read<D> {
  readonly read: readonly D[];
  readonly names: readonly string[];
  readonly whole: boolean;
  readonly findings: readonly Finding[];
}

const nothing: Read<never> = { read: [], names: [], whole: true, findings: [] };

function readAll(entries: readonly (readonly [string, unknown])[], path: Path): Read<OptionDeclaration> {
  const findings: Finding[] = [];
  const read = entries.flatMap(([name, fields]): OptionDeclaration[] => {
    const at = [...path, name];
    findings.push(...checkOptionName(name, at));
    const parsed = FileOption.safeParse(fields);
    if (!parsed.success) return [];
    const { declaration, findings: more } = readDeclaration(name, parsed.data, at);
    findings.push(...more);
    return [optionOf(declaration, parsed.data)];
  });
  return { read, names: entries.map(([name]) => name), whole: read.length === entries.length, findings };
}

function readList(items: readonly unknown[], path: Path): Read<PositionalDeclaration> {
  const findings: Finding[] = [];
  const read = items.flatMap((fields, index): PositionalDeclaration[] => {
    const parsed = FilePositional.safeParse(fields);
    if (!parsed.success) return [];
    const { name } = parsed.data;
    const { declaration, findings: more } = readDeclaration(name, parsed.data, [...path, index]);
    findings.push(...more);
    if (parsed.data.variadic && ['list', 'bool'].includes(declaration.type))
      findings.push(error('bad-positional-type', [...path, index, 'type'], { name, type: declaration.type }));
    return [positionalOf(declaration, parsed.data)];
  });
  const names = items.map((item) => (isRecord(item) && typeof item['name'] === 'string' ? item['name'] : ''));
  return { read, names, whole: read.length === items.length, findings };
}

/** What only an option declares. */
export function optionOf(declaration: OptionDeclaration, { short }: FileOption): OptionDeclaration {
  return { ...declaration, ...(short !== undefined && { short }) };
}

/** What only a positional declares. */
export function positionalOf(
  declaration: PositionalDeclaration,
  { variadic }: FilePositional,
): PositionalDeclaration {
  return { ...declaration, ...(variadic && { variadic }) };
}

function checkOptionName(name: string, path: Path): Finding[] {
  if (!isName(name, 'strict'))
    return [error('bad-name', path, { what: 'option', name, form: 'strict' }, { at: 'key' })];
  if (isOwnWhereUndeclared(name)) return [warning('own-option', path, { name }, { at: 'key' })];
  return isReservedOption(name) ? [error('reserved-option', path, { name }, { at: 'key' })] : [];
}

/** Two options of one letter. That two have one name, YAML's own check of keys tells. */
function checkShorts(options: unknown, path: Path): Finding[] {
  const owners = new Map<string, string>();
  return Object.entries(isRecord(options) ? options : {}).flatMap(([name, fields]): Finding[] => {
    const short = isRecord(fields) ? fields['short'] : undefined;
    if (typeof short !== 'string') return [];
    const other = owners.get(short);
    if (other === undefined) owners.set(short, name);
    return other === undefined
      ? []
      : [error('duplicate-short', [...path, name, 'short'], { short, name, other })];
  });
}

/** An option and a positional, or two positionals, of one name: a template and the environment could not tell them apart. */
function checkNames(options: readonly string[], positionals: readonly string[], path: Path): Finding[] {
  const seen = new Map(options.map((name) => [name, 'option']));
  return positionals.flatMap((name, index): Finding[] => {
    const other = seen.get(name);
    if (name !== '') seen.set(name, 'positional');
    return other === undefined ? [] : [error('duplicate-name', [...path, index, 'name'], { name, other })];
  });
}

function checkOrder(positionals: readonly PositionalDeclaration[], path: Path): Finding[] {
  let optional: string | undefined;
  return positionals.flatMap(({ name, required, variadic }, index): Finding[] => {
    const after = optional;
    if (!required) optional ??= name;
    return [
      ...(required && after !== undefined
        ? [error('required-after-optional', [...path, index], { name, after })]
        : []),
      ...(variadic && index < positionals.length - 1
        ? [error('variadic-not-last', [...path, index], { name })]
        : []),
    ];
  });
}
